/**
 * Turns a JSON value into an object of an API type: wrong types are refused, unknown fields reported and dropped, and
 * the object takes the form the API server gives it (empty optional values left out, value structs always present).
 */
import { StatusError } from "../errors.ts";
import { structOf } from "../schema/type-info.ts";
import { DecodeContext } from "./context.ts";
import { structDecoder } from "./struct.ts";

/** What to do about unknown and duplicate fields: refuse, answer with warnings, drop silently. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** A decoded object, and what the client should be warned of. The object shares nothing with the input but raw JSON parts. */
export interface Decoded {
  readonly object: object;
  readonly warnings: string[];
}

/**
 * Decodes `value` as the type `typeName` (`core/v1.Pod`). `duplicates` are the messages the JSON reader had about
 * repeated keys. Throws StatusError 400 with the wording `kubectl` users know.
 */
export function decodeObject(
  value: unknown,
  typeName: string,
  mode: FieldValidation,
  duplicates: readonly string[] = [],
): Decoded {
  const context = new DecodeContext(mode !== "Ignore");
  const object = structDecoder(structOf(typeName))(value, context);
  if (context.failure !== undefined) throw refusal(value, typeName, context.failure);
  const problems = mode === "Ignore" ? [] : [...duplicates, ...context.unknown];
  if (mode === "Strict" && problems.length > 0) {
    throw refusal(value, typeName, `strict decoding error: ${problems.join(", ")}`);
  }
  return { object: object as object, warnings: problems };
}

/** The error for a body that is not an object of the expected kind. */
export function refusal(value: unknown, typeName: string, why: string): StatusError {
  const [home = "", expected = ""] = typeName.split(".");
  const given = (typeof value === "object" && value !== null ? value : {}) as { kind?: unknown; apiVersion?: unknown };
  const kind = typeof given.kind === "string" && given.kind !== "" ? given.kind : expected;
  const version =
    typeof given.apiVersion === "string" && given.apiVersion !== ""
      ? given.apiVersion.split("/").at(-1)
      : home.split("/")[1];
  return StatusError.badRequest(`${kind} in version "${version}" cannot be handled as a ${expected}: ${why}`);
}
