/** Watch events as they stand in the stream. Frames are made once per change and shared by all watchers that see them alike. */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { protobufWatchFrame, sealProtobuf } from "@skiff/api/server";
import { fromStoredObject, isConverted } from "../objects/versions.ts";
import type { WatchGroup, WatchItem } from "../reply.ts";
import { type Accepted, MEDIA_TYPES } from "./negotiate.ts";
import { messageOf, metadataOf, protobufOf, tableOf } from "./render.ts";

const FRAME_END = Buffer.from("}\n");

type Writer = (item: WatchItem) => Buffer;

/** Makes the bytes of whole groups for one watch. */
export function groupWriter(info: ResourceInfo, accepted: Accepted): (group: WatchGroup) => Buffer {
  const frameOf = frameWriter(info, accepted);
  const join = ({ items }: WatchGroup) => {
    const [first] = items;
    return first && items.length === 1 ? frameOf(first) : Buffer.concat(items.map(frameOf));
  };
  // A table's rows are not the same for everybody: the first has the columns.
  if (accepted.as === "table") return join;
  const representation = representationOf(info, accepted);
  return (group) => {
    let bytes = group.bytes?.get(representation);
    if (bytes === undefined) {
      bytes = join(group);
      group.bytes?.set(representation, bytes);
    }
    return bytes;
  };
}

function representationOf(info: ResourceInfo, { encoding, as, metaVersion }: Accepted): string {
  return `${encoding} ${as === "object" ? apiVersionOf(info) : metaVersion}`;
}

/** The media type of a watch's answer. */
export function streamType({ encoding }: Accepted): string {
  return encoding === "protobuf" ? `${MEDIA_TYPES.protobuf};stream=watch` : MEDIA_TYPES.json;
}

/** Makes the frames of one watch. */
function frameWriter(info: ResourceInfo, accepted: Accepted): Writer {
  if (accepted.as === "table") return tableWriter(info, accepted);
  const representation = representationOf(info, accepted);
  const make = accepted.as === "object" ? objectFrame : metadataFrame;
  return (item) => {
    if (item.type === "ERROR") return frame(item.type, item.status, accepted);
    if (item.type === "BOOKMARK") {
      return frame(item.type, accepted.as === "object" ? item.object : metadataOf(item.object, accepted), accepted);
    }
    if (!item.change) return make(info, item, accepted);
    return item.change.frame(`${representation} ${item.type}`, () => make(info, item, accepted));
  };
}

type Changed = Extract<WatchItem, { entry: unknown }>;

function objectFrame(info: ResourceInfo, { type, entry }: Changed, accepted: Accepted): Buffer {
  if (accepted.encoding === "protobuf") {
    return protobufWatchFrame(type, sealProtobuf(apiVersionOf(info), info.kind, messageOf(info, entry)));
  }
  if (isConverted(info)) return frame(type, fromStoredObject(info, entry.object), accepted);
  return Buffer.concat([Buffer.from(`{"type":"${type}","object":`), entry.json, FRAME_END]);
}

function metadataFrame(_info: ResourceInfo, { type, entry }: Changed, accepted: Accepted): Buffer {
  return frame(type, metadataOf(entry.object, accepted), accepted);
}

/** The first table carries the column definitions, the others need none. */
function tableWriter(info: ResourceInfo, accepted: Accepted): Writer {
  let columnsSent = false;
  return (item) => {
    if (item.type === "ERROR") return frame(item.type, item.status, accepted);
    const shown =
      item.type === "BOOKMARK"
        ? bookmarkTable(item.object, accepted)
        : tableOf(info, [fromStoredObject(info, item.entry.object)], accepted);
    const table = columnsSent ? { ...shown, columnDefinitions: null } : shown;
    columnsSent ||= item.type !== "BOOKMARK";
    return frame(item.type, table, accepted);
  };
}

function bookmarkTable(object: Parameters<typeof metadataOf>[0], accepted: Accepted): object {
  const row = { cells: [], object: metadataOf(object, accepted) };
  const { resourceVersion } = object.metadata;
  return {
    kind: "Table",
    apiVersion: accepted.metaVersion,
    metadata: { resourceVersion },
    columnDefinitions: null,
    rows: [row],
  };
}

function frame(type: string, object: object, { encoding }: Accepted): Buffer {
  const binary = encoding === "protobuf" ? protobufOf(object) : undefined;
  if (binary) return protobufWatchFrame(type, binary);
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}
