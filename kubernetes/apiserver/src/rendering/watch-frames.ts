/** Watch events as lines of JSON. Plain frames are made once per change and shared by all its watchers. */
import type { ResourceInfo } from "@skiff/api";
import { fromStoredObject, isConverted } from "../objects/versions.ts";
import type { WatchItem } from "../reply.ts";
import type { Accepted } from "./negotiate.ts";
import { metadataOf, tableOf } from "./render.ts";

const FRAME_END = Buffer.from("}\n");

/** Makes the frames of one watch. The first table carries the column definitions, the others need none. */
export function frameWriter(info: ResourceInfo, accepted: Accepted): (item: WatchItem) => Buffer {
  let columnsSent = false;
  return (item) => {
    if (item.type === "ERROR") return frame(item.type, item.status);
    if (accepted.as === "table") {
      const shown =
        item.type === "BOOKMARK"
          ? bookmarkTable(item.object)
          : tableOf(info, [shownObject(info, item)], accepted.includeObject);
      const table = columnsSent ? { ...shown, columnDefinitions: null } : shown;
      columnsSent ||= item.type !== "BOOKMARK";
      return frame(item.type, table);
    }
    if (item.type === "BOOKMARK") {
      return frame(item.type, accepted.as === "metadata" ? metadataOf(item.object) : item.object);
    }
    if (accepted.as === "metadata") {
      const make = () => frame(item.type, metadataOf(item.entry.object));
      return item.change ? item.change.frame(`metadata ${item.type}`, make) : make();
    }
    if (isConverted(info)) return frame(item.type, shownObject(info, item));
    const make = () => Buffer.concat([Buffer.from(`{"type":"${item.type}","object":`), item.entry.json, FRAME_END]);
    return item.change ? item.change.frame(item.type, make) : make();
  };
}

function shownObject(info: ResourceInfo, item: Extract<WatchItem, { entry: unknown }>): object {
  return fromStoredObject(info, item.entry.object);
}

function bookmarkTable({ metadata }: { readonly metadata: object }): object {
  const { resourceVersion } = metadata as { resourceVersion?: string };
  const row = { cells: [], object: metadataOf({ metadata } as Parameters<typeof metadataOf>[0]) };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion },
    columnDefinitions: null,
    rows: [row],
  };
}

function frame(type: string, object: object): Buffer {
  return Buffer.from(`${JSON.stringify({ type, object })}\n`);
}
