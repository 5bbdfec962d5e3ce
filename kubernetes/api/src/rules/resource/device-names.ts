/** Names of drivers, pools, devices, attributes and requests. */
import { isCIdentifier, isDns1123Label, isDns1123Subdomain, longerThan } from "../../names.ts";
import { type FieldError, invalid, required, tooLong } from "../field-error.ts";
import { checkForm } from "../meta/formats.ts";
import { checkDriverName } from "../storage/driver-name.ts";

const POOL_LIMIT = 253;
const ID_LIMIT = 32;

/** Checks the name of a driver: a domain. */
export function checkDriver(name: string | undefined, field: string, errors: FieldError[]): void {
  checkDriverName(name ?? "", field, errors);
}

/** Checks the name of a pool: domains with slashes between them. */
export function checkPoolName(name: string | undefined, field: string, errors: FieldError[]): void {
  if (!name) {
    errors.push(required(field));
    return;
  }
  if (longerThan(name, POOL_LIMIT)) errors.push(tooLong(field, POOL_LIMIT));
  for (const part of name.split("/")) checkForm(part, isDns1123Subdomain, field, errors);
}

/** Checks the name of a device, a request or a counter. */
export function checkLabelName(name: string | undefined, field: string, errors: FieldError[]): void {
  checkForm(name, isDns1123Label, field, errors);
}

/** Checks the name of an attribute or a capacity; without a domain it is in that of the driver. */
export function checkQualifiedName(name: string, field: string, errors: FieldError[]): void {
  const parts = name.split("/");
  const [domain = "", id = ""] = parts;
  if (parts.length > 2) errors.push(invalid(field, name, "must not contain more than one slash"));
  else if (parts.length === 1) checkId(domain, field, errors);
  else {
    if (domain === "") errors.push(invalid(field, "", "the domain must not be empty"));
    else checkDriver(domain, field, errors);
    if (id === "") errors.push(invalid(field, "", "the name must not be empty"));
    else checkId(id, field, errors);
  }
}

/** As `checkQualifiedName`, where the domain must be there. */
export function checkFullyQualifiedName(name: string, field: string, errors: FieldError[]): void {
  checkQualifiedName(name, field, errors);
  if (name.includes("/")) return;
  errors.push(invalid(field, name, "a fully qualified name must be a domain and a name separated by a slash"));
}

function checkId(id: string, field: string, errors: FieldError[]): void {
  if (longerThan(id, ID_LIMIT)) errors.push(tooLong(field, ID_LIMIT));
  checkForm(id, isCIdentifier, field, errors);
}
