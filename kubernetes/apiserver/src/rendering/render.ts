/** Writes replies down as the client asked: JSON or YAML, whole, as a table, or metadata only. */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import { tableFor } from "@skiff/api/server";
import { stringify } from "yaml";
import { fromStoredObject, isConverted } from "../objects/versions.ts";
import type { EntryReply, ListReply, ObjectReply } from "../reply.ts";
import type { ApiObject } from "../state/api-object.ts";
import type { Entry } from "../state/entry.ts";
import type { Accepted } from "./negotiate.ts";

/** Bytes of an answer. */
export interface Rendered {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const JSON_TYPE = "application/json";

/** The bytes of a reply that is one object. */
export function render(reply: EntryReply | ObjectReply | ListReply, accepted: Accepted): Rendered {
  if (accepted.as === "object" && accepted.encoding === "json" && !accepted.pretty) {
    if (reply.type === "entry" && !isConverted(reply.info)) return { contentType: JSON_TYPE, bytes: reply.entry.json };
    if (reply.type === "list" && !isConverted(reply.info)) return { contentType: JSON_TYPE, bytes: concatenate(reply) };
  }
  return write(shownAs(reply, accepted), accepted);
}

/** The object of a reply, for requests that never become bytes. */
export function objectOf(reply: EntryReply | ObjectReply | ListReply): object {
  if (reply.type === "object") return reply.object;
  if (reply.type === "entry") return fromStoredObject(reply.info, reply.entry.object);
  return { ...listHead(reply), items: reply.entries.map((entry) => fromStoredObject(reply.info, entry.object)) };
}

/** Any value in the accepted encoding. */
export function write(value: object, { encoding, pretty }: Accepted): Rendered {
  if (encoding === "yaml") return { contentType: "application/yaml", bytes: Buffer.from(stringify(value)) };
  const text = pretty ? `${JSON.stringify(value, null, 2)}\n` : `${JSON.stringify(value)}\n`;
  return { contentType: JSON_TYPE, bytes: Buffer.from(text) };
}

/** What is left of an object when only its metadata is wanted. */
export function metadataOf(object: ApiObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** Objects as rows. `include` is the `includeObject` parameter. */
export function tableOf(info: ResourceInfo, objects: readonly object[], include: string | null): object {
  const includeObject = include === "None" || include === "Object" ? include : "Metadata";
  return tableFor(info, objects, { includeObject, now: Date.now() });
}

function shownAs(reply: EntryReply | ObjectReply | ListReply, accepted: Accepted): object {
  const object = objectOf(reply);
  const { info } = reply;
  if (accepted.as === "object" || !info || (object as ApiObject).kind === "Status") return object;
  const { metadata, items } = object as { metadata?: object; items?: readonly ApiObject[] };
  if (accepted.as === "table") {
    const table = tableOf(info, items ?? [object], accepted.includeObject);
    return { ...table, metadata: listMetadata(metadata ?? {}) };
  }
  if (!items) return metadataOf(object as ApiObject);
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    items: items.map(metadataOf),
  };
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

const COMMA = Buffer.from(",");
const LIST_END = Buffer.from("]}\n");

function concatenate(reply: ListReply): Buffer {
  const parts: Buffer[] = [Buffer.from(`${JSON.stringify(listHead(reply)).slice(0, -1)},"items":[`)];
  reply.entries.forEach((entry: Entry, i) => {
    if (i > 0) parts.push(COMMA);
    parts.push(entry.json);
  });
  parts.push(LIST_END);
  return Buffer.concat(parts);
}
