/** The patch in a body, read and ready to be applied to any document. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import {
  goText,
  invalidPatch,
  jsonPatch,
  jsonReason,
  mergePatch,
  objectTypeOf,
  type ParsedJson,
  parseJson,
} from "@skiff/api/server";
import type { Call, RequestBody } from "../call.ts";
import type { Draft } from "../state/api-object.ts";
import { draftOf } from "../state/api-object.ts";
import { fieldValidation } from "./write-options.ts";

/** The media types a patch may have. */
export const PATCH_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** A patch of any type but apply. */
export interface Change {
  /** What it makes of a document. Throws StatusError 422. */
  of(document: object): unknown;
  /** The patch itself, of a strategic one. */
  readonly strategic?: unknown;
  /** Keys that come more than once in it. */
  readonly duplicates: readonly string[];
}

/** The patch in a body. Throws StatusError 400, 415, and 422 for options that only an apply may have. */
export function readPatch(call: Call, info: ResourceInfo, body: RequestBody): Change {
  const { strategicMerge } = objectTypeOf(info);
  const taken = Object.values(PATCH_TYPES).filter((type) => strategicMerge || type !== PATCH_TYPES.strategic);
  if (!taken.some((type) => type === body.mediaType)) throw StatusError.unsupportedMediaType(taken);
  checkOptions(call);
  const parsed = parse(call, body);
  const { value } = parsed;
  switch (body.mediaType) {
    case PATCH_TYPES.json: {
      if (!Array.isArray(value)) throw notInto(value, "[]interface {}");
      const duplicates = parsed.duplicates.map((message) => `json patch ${message}`);
      return { of: (document) => jsonPatch(document, value), duplicates };
    }
    case PATCH_TYPES.merge:
      if (value === null) throw StatusError.badRequest("Invalid JSON Patch");
      if (typeof value !== "object" || Array.isArray(value)) throw notInto(value, "map[string]interface {}");
      return { of: (document) => mergePatch(document, value), duplicates: parsed.duplicates };
    default:
      if (!strategicMerge) throw StatusError.unsupportedMediaType(taken);
      return { of: (document) => strategicMerge(document, value), strategic: value, duplicates: parsed.duplicates };
  }
}

/** What `change` makes of `current`, as an object of the resource. Throws StatusError 422. */
export function patched(call: Call, info: ResourceInfo, change: Change, current: object): Draft {
  const mode = fieldValidation(call);
  const { strategic, duplicates } = change;
  // Patches and the types of the table change nothing in place; decoding a custom resource does.
  const document = change.of(info.objectType ? draftOf(current) : current);
  const { object, warnings } = objectTypeOf(info).decodePatched(document, mode, strategic);
  if (mode === "Strict" && duplicates.length > 0) {
    const shown = strategic === undefined ? JSON.stringify(document) : goText(strategic);
    throw invalidPatch(shown, `strict decoding error: ${duplicates.join(", ")}`);
  }
  if (mode !== "Ignore") call.warnings.push(...duplicates, ...warnings);
  return object as Draft;
}

function parse(call: Call, body: RequestBody): ParsedJson {
  if ("object" in body) return { value: body.object, duplicates: [] };
  const text = body.bytes.toString();
  try {
    return parseJson(text, { duplicates: fieldValidation(call) !== "Ignore" });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why = jsonReason(text, error);
    throw StatusError.badRequest(body.mediaType === PATCH_TYPES.strategic ? why : `error decoding patch: ${why}`);
  }
}

function notInto(value: unknown, type: string): StatusError {
  const names: Readonly<Record<string, string>> = { boolean: "bool" };
  const form = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const why = `json: cannot unmarshal ${names[form] ?? form} into Go value of type ${type}`;
  return StatusError.badRequest(`error decoding patch: ${why}`);
}

function checkOptions({ query }: Call): void {
  if (!query.has("force")) return;
  throw StatusError.invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    { type: "FieldValueForbidden", field: "force", detail: "may not be specified for non-apply patch" },
  ]);
}
