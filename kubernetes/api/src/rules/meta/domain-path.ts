/** Names of programs that act on objects: a domain, a slash and a path, such as `example.com/controller`. */
import { isDns1123Subdomain } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";

const pathForm = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const pathPattern = new RegExp(`^${pathForm}$`);

/** Refuses what is not a domain, a slash and a path. */
export function checkDomainPath(value: string, field: string, errors: FieldError[]): void {
  if (value === "") {
    errors.push(required(field));
    return;
  }
  const slash = value.indexOf("/");
  const host = value.slice(0, Math.max(slash, 0));
  const path = value.slice(slash + 1);
  if (host === "" || path === "") {
    errors.push(invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  for (const reason of isDns1123Subdomain(host)) errors.push(invalid(field, host, reason));
  if (!pathPattern.test(path)) {
    errors.push(invalid(field, path, `Invalid path (regex used for validation is '${pathForm}')`));
  }
}
