/** What requests and answers said, for the levels that record it. */
import { findKind, StatusError } from "@skiff/api";
import { parseJson, parseYaml } from "@skiff/api/server";
import type { Call, RequestBody } from "../call.ts";
import { decode } from "../objects/read-object.ts";
import { objectOf } from "../rendering/render.ts";
import type { Reply } from "../reply.ts";

const WITH_BODY = new Set(["create", "update", "patch", "delete", "deletecollection"]);
/** Resources whose bodies are credentials: whatever the policy says, no more than their metadata is recorded. */
const CREDENTIALS = new Set(["secrets", "tokenreviews", "serviceaccounts/token"]);

/** Whether a request's bodies may be recorded at all. */
export function mayRecordBodies({ info }: Call): boolean {
  const { plural, subresource } = info;
  return !CREDENTIALS.has(subresource === "" ? plural : `${plural}/${subresource}`);
}

/** The object, or patch, a request brought; undefined where there is none to show. The handler has read the body before. */
export async function requestObject(call: Call, omitManagedFields: boolean): Promise<unknown> {
  if (!call.info.isResource || !WITH_BODY.has(call.info.verb)) return undefined;
  try {
    const found = asObject(call, await call.incoming.body());
    return omitManagedFields ? withoutManagedFields(found) : found;
  } catch (error) {
    // What could not be read was refused, and is not recorded.
    if (error instanceof StatusError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function asObject(call: Call, body: RequestBody): unknown {
  if ("object" in body) return body.object;
  if (body.bytes.length === 0) return undefined;
  if (body.mediaType === "application/vnd.kubernetes.protobuf") {
    const { resource } = call.info;
    const expected = resource && findKind(resource.group, resource.version, resource.kind);
    return expected && decode(body, expected, "Ignore").object;
  }
  const text = body.bytes.toString();
  return /yaml/.test(body.mediaType) ? parseYaml(text).value : parseJson(text, { duplicates: false }).value;
}

/** The object of an answer; undefined for streams and bytes. */
export function responseObject(reply: Reply, omitManagedFields: boolean): unknown {
  if (reply.type !== "entry" && reply.type !== "object" && reply.type !== "list") return undefined;
  const object = objectOf(reply);
  return omitManagedFields ? withoutManagedFields(object) : object;
}

function withoutManagedFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { metadata, items, ...rest } = value as { metadata?: object; items?: unknown };
  const { managedFields: _, ...kept } = (metadata ?? {}) as { managedFields?: unknown };
  return {
    ...rest,
    ...(metadata && { metadata: kept }),
    ...(items !== undefined && { items: Array.isArray(items) ? items.map(withoutManagedFields) : items }),
  };
}
