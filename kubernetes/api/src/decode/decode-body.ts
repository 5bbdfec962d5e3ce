/** From the bytes of a request to the object in it. */
import { StatusError } from "../errors.ts";
import { objectTypeOf } from "../object-types.ts";
import { apiVersionOf, type ResourceInfo } from "../resource-info.ts";
import { type Decoded, type FieldValidation, refusal } from "./decode-object.ts";
import { type ParsedJson, parseJson } from "./json.ts";
import { jsonReason } from "./json-reason.ts";
import { parseYaml } from "./yaml.ts";

/** The kind a body must be of: a resource's own, or that of one of its subresources. */
export type ExpectedKind = Pick<ResourceInfo, "group" | "version" | "kind" | "typeName" | "objectType">;

/** How much of a body an error repeats. */
const EXCERPT_BYTES = 30;

/** The formats bodies come in. */
export type BodyFormat = "json" | "yaml";

/**
 * Reads an object of the expected kind. A missing `kind` or `apiVersion` is filled in; another one is refused, as are
 * malformed texts, with the StatusError 400 the API server gives.
 */
export function decodeBody(text: string, format: BodyFormat, expected: ExpectedKind, mode: FieldValidation): Decoded {
  const { value, duplicates } = parseBody(text, format, mode, expected.kind);
  const apiVersion = apiVersionOf(expected);
  const given = value as { readonly kind?: unknown; readonly apiVersion?: unknown };
  const kind = given.kind || expected.kind;
  const version = given.apiVersion || apiVersion;
  if (kind !== expected.kind || version !== apiVersion) {
    const why = `no kind "${kind}" is registered for version "${version}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    throw refusal(value, expected.typeName, why);
  }
  const decoded = objectTypeOf(expected).decode(value, mode, duplicates);
  return { ...decoded, object: { ...decoded.object, kind: expected.kind, apiVersion } };
}

function parseBody(
  text: string,
  format: BodyFormat,
  mode: FieldValidation,
  kind: string,
): ParsedJson & { value: object } {
  const unrecognized = `the object provided is unrecognized (must be of type ${kind})`;
  let parsed: ParsedJson;
  try {
    parsed = format === "yaml" ? parseYaml(text) : parseJson(text, { duplicates: mode !== "Ignore" });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why =
      format === "yaml" ? error.message : `couldn't get version/kind; json parse error: ${jsonReason(text, error)}`;
    throw StatusError.badRequest(`${unrecognized}: ${why} (${excerpt(text)})`);
  }
  const { value, duplicates } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const found = Array.isArray(value) ? "array" : value === null || value === undefined ? "null" : typeof value;
    const why = `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;
    throw StatusError.badRequest(`${unrecognized}: ${why}`);
  }
  return { value, duplicates };
}

/** Enough of a body to recognize it by: in hexadecimal where it does not look like JSON. */
function excerpt(text: string): string {
  if (text === "") return "<empty>";
  const bytes = Buffer.from(text.slice(0, EXCERPT_BYTES + 1));
  const start = bytes.subarray(0, EXCERPT_BYTES);
  return `${text.startsWith("{") ? start.toString() : start.toString("hex")}${bytes.length > EXCERPT_BYTES ? " ..." : ""}`;
}
