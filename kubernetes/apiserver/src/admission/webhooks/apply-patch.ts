/** How webhooks and policies change the object that is being admitted. */
import { isDeepStrictEqual } from "node:util";
import { type ResourceInfo, StatusError } from "@skiff/api";
import { jsonPatch, objectTypeOf } from "@skiff/api/server";
import type { Draft } from "../../state/api-object.ts";
import type { Caches } from "../../state/caches.ts";
import type { AdmissionRequest } from "../admission.ts";
import { convertObject } from "./equivalent-resources.ts";
import { isOwnKind } from "./request-fields.ts";

/** The operations of a base64 JSON patch. Throws StatusError 500 where it is none. */
export function readPatch(patch: string): readonly unknown[] {
  try {
    const operations: unknown = JSON.parse(Buffer.from(patch, "base64").toString());
    if (Array.isArray(operations)) return operations;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw StatusError.internal(error.message);
  }
  throw StatusError.internal("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
}

/**
 * Applies the operations to `shown`, the object as the webhook saw it in the version of `info`, and makes the request's
 * object that. Answers whether anything is different. Throws StatusError 500.
 */
export function applyOperations(
  operations: readonly unknown[],
  shown: object,
  request: AdmissionRequest,
  info: ResourceInfo,
  caches: Pick<Caches, "of">,
): Promise<boolean> {
  return takeDocument(patched(shown, operations), request, info, caches);
}

/**
 * Makes the request's object what `document` says, which is in the version of `info`; defaults are filled in. Answers
 * whether anything is different. Throws StatusError.
 */
export async function takeDocument(
  document: unknown,
  request: AdmissionRequest,
  info: ResourceInfo,
  caches: Pick<Caches, "of">,
): Promise<boolean> {
  if (!request.object) return false;
  const ownKind = isOwnKind(request);
  const type = objectTypeOf(ownKind ? info : request.kind);
  const { object } = type.decode(document, "Ignore");
  type.defaults(object);
  const converted = ownKind && info !== request.info;
  const before = converted ? await convertObject(request.object, request.info, info, caches) : request.object;
  // What came from this process may lack its kind, which the webhook is always told.
  const { kind, apiVersion } = object as Partial<Draft>;
  if (isDeepStrictEqual({ ...object }, { ...before, kind, apiVersion })) return false;
  const next = converted ? await convertObject(object, info, request.info, caches) : object;
  replaceContent(request.object, next);
  return true;
}

function patched(document: object, operations: readonly unknown[]): unknown {
  try {
    return jsonPatch(document, operations);
  } catch (error) {
    if (error instanceof StatusError) throw StatusError.internal(error.message);
    throw error;
  }
}

/** Makes `target` hold what `source` holds; it and its metadata stay the objects they are, which others have in hand. */
function replaceContent(target: Draft, source: object): void {
  const { metadata } = target;
  const next = source as Partial<Draft>;
  replaceMembers(target, source);
  if (!metadata || !next.metadata) return;
  replaceMembers(metadata, next.metadata);
  target.metadata = metadata;
}

function replaceMembers(target: object, source: object): void {
  for (const key of Object.keys(target)) {
    if (!Object.hasOwn(source, key)) delete (target as Record<string, unknown>)[key];
  }
  Object.assign(target, source);
}
