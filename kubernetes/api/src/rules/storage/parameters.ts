/** The parameters of a class, which only its driver understands. */
import { type FieldError, invalid, tooLong } from "../field-error.ts";

const COUNT_LIMIT = 512;
const SIZE_LIMIT = 256 * 1024;

/** Refuses too many, an empty name, and what is too large in all. */
export function checkParameters(parameters: Readonly<Record<string, string>>, errors: FieldError[]): void {
  const entries = Object.entries(parameters);
  if (entries.length > COUNT_LIMIT) {
    errors.push(tooLong("parameters", COUNT_LIMIT));
    return;
  }
  let size = 0;
  for (const [key, value] of entries) {
    if (key === "") errors.push(invalid("parameters", key, "field can not be empty."));
    size += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (size > SIZE_LIMIT) errors.push(tooLong("parameters", SIZE_LIMIT));
}
