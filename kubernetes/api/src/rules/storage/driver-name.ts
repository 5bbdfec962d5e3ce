/** Names of storage drivers. */
import { isDns1123Subdomain, longerThan } from "../../names.ts";
import { type FieldError, invalid, required, tooLong } from "../field-error.ts";

const DRIVER_NAME_LIMIT = 63;

/** Refuses what is no domain, in any case, or too long for one label. */
export function checkDriverName(name: string, field: string, errors: FieldError[]): void {
  if (name === "") errors.push(required(field));
  if (longerThan(name, DRIVER_NAME_LIMIT)) errors.push(tooLong(field, DRIVER_NAME_LIMIT));
  for (const reason of isDns1123Subdomain(name.toLowerCase())) errors.push(invalid(field, name, reason));
}
