/** PATCH an object, or its status. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import { jsonPatch, jsonReason, mergePatch, objectTypeOf, parseJson } from "@skiff/api/server";
import type { Call, Handler, RequestBody } from "../call.ts";
import { checkResourceVersion } from "../objects/replacement.ts";
import { fieldValidation } from "../objects/write-options.ts";
import { type Draft, draftOf } from "../state/api-object.ts";
import { apply } from "./apply.ts";
import { resourceOf } from "./target.ts";
import { changeObject, type UpdateDeps } from "./update.ts";

/** The media types a patch may have. */
export const PATCH_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Applies the patch to the newest state, again when another writer came first. */
export function patch(deps: UpdateDeps): Handler {
  const applyHandler = apply(deps);
  return async (call) => {
    const info = resourceOf(call.info);
    const body = await call.incoming.body();
    if (body.mediaType === PATCH_TYPES.apply) return applyHandler(call);
    const change = changeOf(info, body);
    return changeObject(deps, call, info, (current) => {
      const decoded = toDraft(call, info, change, current);
      checkResourceVersion(info, decoded, current);
      return decoded;
    });
  };
}

/** A patch, read. */
export interface Change {
  /** What it makes of a document. Throws StatusError 422. */
  of(document: object): unknown;
  /** The patch itself, of a strategic one. */
  readonly strategic?: unknown;
}

/** The patch in a body. Throws StatusError 400, 415. */
export function changeOf(info: ResourceInfo, body: RequestBody): Change {
  const { strategicMerge } = objectTypeOf(info);
  const taken = Object.values(PATCH_TYPES).filter((type) => strategicMerge || type !== PATCH_TYPES.strategic);
  if (!taken.some((type) => type === body.mediaType)) throw StatusError.unsupportedMediaType(taken);
  const value = "object" in body ? body.object : parsePatch(body.bytes.toString());
  switch (body.mediaType) {
    case PATCH_TYPES.json:
      return { of: (document) => jsonPatch(document, value) };
    case PATCH_TYPES.merge:
      return { of: (document) => mergePatch(document, value) };
    default:
      if (!strategicMerge) throw StatusError.unsupportedMediaType(taken);
      return { of: (document) => strategicMerge(document, value), strategic: value };
  }
}

/** What `change` makes of `current`, as an object of the resource. Throws StatusError 422. */
export function toDraft(call: Call, info: ResourceInfo, change: Change, current: object): Draft {
  const document = change.of(draftOf(current));
  const { object, warnings } = objectTypeOf(info).decodePatched(document, fieldValidation(call), change.strategic);
  call.warnings.push(...warnings);
  const draft = object as Draft;
  if (draft.metadata.name && draft.metadata.name !== call.info.name) {
    const error = {
      type: "FieldValueInvalid",
      field: "metadata.name",
      badValue: draft.metadata.name,
      detail: "field is immutable",
    } as const;
    throw StatusError.invalid(info, call.info.name, [error]);
  }
  return draft;
}

function parsePatch(text: string): unknown {
  try {
    return parseJson(text, { duplicates: false }).value;
  } catch (error) {
    if (error instanceof SyntaxError) throw StatusError.badRequest(`error decoding patch: ${jsonReason(text, error)}`);
    throw error;
  }
}
