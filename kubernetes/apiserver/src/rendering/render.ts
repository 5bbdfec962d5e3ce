/** Writes replies down as the client asked: JSON, YAML or protobuf, whole, as a table, or metadata only. */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { encodeProtobuf, protobufList, protobufType, sealProtobuf, tableFor } from "@skiff/api/server";
import { stringify } from "yaml";
import { fromStoredObject, isConverted } from "../objects/versions.ts";
import type { EntryReply, ListReply, ObjectReply } from "../reply.ts";
import type { ApiObject } from "../state/api-object.ts";
import type { Entry } from "../state/entry.ts";
import { type Accepted, MEDIA_TYPES, PLAIN } from "./negotiate.ts";

/** Bytes of an answer. */
export interface Rendered {
  readonly contentType: string;
  readonly bytes: Buffer;
}

type Shown = EntryReply | ObjectReply | ListReply;

/** The bytes of a reply that is one object. */
export function render(reply: Shown, accepted: Accepted): Rendered {
  if (accepted.as !== "object" || reply.type === "object") return write(shownAs(reply, accepted), accepted);
  const { encoding, pretty } = accepted;
  // People read what they are shown in the order in which it is stored.
  if (pretty || encoding === "yaml") return write(inOrder(reply), accepted);
  const ready = readyBytes(reply, accepted);
  return ready ? { contentType: MEDIA_TYPES[encoding], bytes: ready } : write(objectOf(reply), accepted);
}

function inOrder(reply: EntryReply | ListReply): object {
  const bytes = readyBytes(reply, PLAIN);
  return bytes ? JSON.parse(bytes.toString()) : objectOf(reply);
}

/** The answers that are made of bytes the cache has, or keeps from now on. */
function readyBytes(reply: EntryReply | ListReply, { encoding }: Accepted): Buffer | undefined {
  const { info } = reply;
  if (encoding === "json" && !isConverted(info)) return reply.type === "entry" ? reply.entry.json : concatenate(reply);
  if (encoding !== "protobuf" || info.objectType) return undefined;
  if (reply.type === "entry") return sealProtobuf(apiVersionOf(info), info.kind, messageOf(info, reply.entry));
  const { resourceVersion, continue: token, remainingItemCount } = reply;
  const items = reply.entries.map((entry) => messageOf(info, entry));
  const message = protobufList({ resourceVersion, continue: token, remainingItemCount }, items);
  return sealProtobuf(apiVersionOf(info), info.listKind, message);
}

/** An entry's protobuf message in the version of `info`. */
export function messageOf(info: ResourceInfo, entry: Entry): Uint8Array {
  return entry.message(info.typeName, (object) => encodeProtobuf(fromStoredObject(info, object), info.typeName));
}

/** The object of a reply, for requests that never become bytes. */
export function objectOf(reply: Shown): object {
  if (reply.type === "object") return reply.object;
  if (reply.type === "entry") return fromStoredObject(reply.info, reply.entry.object);
  return { ...listHead(reply), items: reply.entries.map((entry) => fromStoredObject(reply.info, entry.object)) };
}

/** Any value in the accepted encoding; in JSON, where the value is of no type that has a protobuf form. */
export function write(value: object, { encoding, pretty }: Accepted): Rendered {
  if (encoding === "yaml")
    return { contentType: MEDIA_TYPES.yaml, bytes: Buffer.from(stringify(value, { version: "1.1" })) };
  if (encoding === "protobuf") {
    const bytes = protobufOf(value);
    if (bytes) return { contentType: MEDIA_TYPES.protobuf, bytes };
  }
  const text = pretty ? `${JSON.stringify(value, null, 2)}\n` : `${JSON.stringify(value)}\n`;
  return { contentType: MEDIA_TYPES.json, bytes: Buffer.from(text) };
}

/** The protobuf body of an object that says its kind; undefined where it has no such form. */
export function protobufOf(value: object): Buffer | undefined {
  const { kind = "", apiVersion = "" } = value as { kind?: string; apiVersion?: string };
  const type = protobufType(apiVersion, kind);
  return type === undefined ? undefined : sealProtobuf(apiVersion, kind, encodeProtobuf(value, type));
}

/** What is left of an object when only its metadata is wanted. */
export function metadataOf(object: ApiObject, { metaVersion }: Pick<Accepted, "metaVersion">): object {
  return { kind: "PartialObjectMetadata", apiVersion: metaVersion, metadata: object.metadata };
}

/** Objects as rows. */
export function tableOf(info: ResourceInfo, objects: readonly object[], accepted: Accepted): object {
  const { includeObject: include, metaVersion } = accepted;
  const includeObject = include === "None" || include === "Object" ? include : "Metadata";
  const table = tableFor(info, objects, { includeObject, now: Date.now() });
  return metaVersion === table.apiVersion ? table : { ...table, apiVersion: metaVersion };
}

function shownAs(reply: Shown, accepted: Accepted): object {
  const object = objectOf(reply);
  const { info } = reply;
  if (accepted.as === "object" || !info || (object as ApiObject).kind === "Status") return object;
  const { metadata, items } = object as { metadata?: object; items?: readonly ApiObject[] };
  if (accepted.as === "table") {
    const table = tableOf(info, items ?? [object], accepted);
    return { ...table, metadata: listMetadata(metadata ?? {}) };
  }
  if (!items) return metadataOf(object as ApiObject, accepted);
  const shown = items.map((item) => metadataOf(item, accepted));
  return { kind: "PartialObjectMetadataList", apiVersion: accepted.metaVersion, metadata, items: shown };
}

function listMetadata(metadata: object): object {
  const { resourceVersion, continue: token, remainingItemCount } = metadata as Record<string, unknown>;
  return { resourceVersion, continue: token, remainingItemCount };
}

function listHead({ info, resourceVersion, continue: token, remainingItemCount }: ListReply): object {
  return {
    kind: info.listKind,
    apiVersion: apiVersionOf(info),
    metadata: { resourceVersion, ...(token && { continue: token }), ...(remainingItemCount && { remainingItemCount }) },
  };
}

const COMMA = 0x2c;
const LIST_END = Buffer.from("]}\n");

/** The list's JSON from its items', copied into one buffer. */
function concatenate(reply: ListReply): Buffer {
  const head = Buffer.from(`${JSON.stringify(listHead(reply)).slice(0, -1)},"items":[`);
  const items = reply.entries.map(({ json }) => json);
  let size = head.length + LIST_END.length + Math.max(items.length - 1, 0);
  for (const item of items) size += item.length;
  const bytes = Buffer.allocUnsafe(size);
  let at = head.copy(bytes);
  for (const [i, item] of items.entries()) {
    if (i > 0) bytes[at++] = COMMA;
    bytes.set(item, at);
    at += item.length;
  }
  LIST_END.copy(bytes, at);
  return bytes;
}
