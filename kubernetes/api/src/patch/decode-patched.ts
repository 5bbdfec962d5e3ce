/** Reads the result of a patch back into an object. */
import { type Decoded, decodeObject, type FieldValidation } from "../decode/decode-object.ts";
import { StatusError } from "../errors.ts";
import { invalid } from "../rules/field-error.ts";

/** As `decodeObject`, for a patched document: what cannot be decoded makes the patch invalid (422), not the request bad. */
export function decodePatched(value: unknown, typeName: string, mode: FieldValidation): Decoded {
  const kind = typeName.replace(/^.*\//, "");
  if (value === null) throw refused(value, `json: cannot unmarshal null into Go value of type ${kind}`);
  try {
    return decodeObject(value, typeName, mode);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const why = error.message.replace(/^.*? cannot be handled as a \w+: /, "");
    throw refused(value, why);
  }
}

function refused(value: unknown, why: string): StatusError {
  return StatusError.invalid({ group: "", kind: "" }, "", [invalid("patch", JSON.stringify(value), why)]);
}
