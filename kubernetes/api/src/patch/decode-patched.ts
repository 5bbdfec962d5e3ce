/** Reads the result of a patch back into an object. */
import { type Decoded, decodeObject, type FieldValidation } from "../decode/decode-object.ts";
import { StatusError } from "../errors.ts";
import { invalid } from "../rules/field-error.ts";
import { goText } from "./go-text.ts";

/**
 * As `decodeObject`, for a patched document: what cannot be decoded makes the patch invalid (422), not the request bad.
 * `strategic` is the patch where it was a strategic one: the refusal shows that, and of the other kinds their result.
 */
export function decodePatched(value: unknown, typeName: string, mode: FieldValidation, strategic?: unknown): Decoded {
  const shown = strategic === undefined ? JSON.stringify(value) : goText(strategic);
  const kind = typeName.replace(/^.*\//, "");
  if (value === null) throw invalidPatch(shown, `json: cannot unmarshal null into Go value of type ${kind}`);
  try {
    return decodeObject(value, typeName, mode);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a \w+: /, "");
    throw invalidPatch(shown, why);
  }
}

/** 422: what the patch makes is no object of the kind. `shown` is what the refusal repeats. */
export function invalidPatch(shown: string, why: string): StatusError {
  return StatusError.invalid({ group: "", kind: "" }, "", [invalid("patch", shown, why)]);
}
