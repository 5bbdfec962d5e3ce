/** Fields whose value is one of a few. */
import { type FieldError, notSupported, required } from "../field-error.ts";

/** Refuses a missing value, and one that is not among `supported`, which the message lists in the order given. */
export function checkOneOf(
  value: string | undefined,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (!value) errors.push(required(field));
  else if (!supported.includes(value)) errors.push(notSupported(field, value, supported));
}

/** As `checkOneOf`, for a field that may be absent; an empty string is a value. */
export function checkOptionalOneOf(
  value: string | undefined,
  supported: readonly string[],
  field: string,
  errors: FieldError[],
): void {
  if (value !== undefined && !supported.includes(value)) errors.push(notSupported(field, value, supported));
}
