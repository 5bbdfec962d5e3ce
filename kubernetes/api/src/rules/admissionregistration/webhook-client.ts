/** Where a webhook is called: a URL, or a Service of the cluster. */
import type { WebhookClientConfig } from "@skiff/api/admissionregistration/v1";
import { isDns1123Subdomain, isPortNumber } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";

const FORM = "; desired format: https://host[/path]";

/** Checks that exactly one of the two is given, and is well formed. */
export function checkClientConfig(config: WebhookClientConfig, field: string, errors: FieldError[]): void {
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) {
    errors.push(required(field, "exactly one of url or service is required"));
  } else if (url !== undefined) checkUrl(url, `${field}.url`, errors);
  else if (service) checkService(service, `${field}.service`, errors);
}

function checkUrl(text: string, field: string, errors: FieldError[]): void {
  const url = URL.parse(text);
  if (!url) {
    errors.push(required(field, `url must be a valid URL: ${JSON.stringify(text)} is not one${FORM}`));
    return;
  }
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== "https") errors.push(invalid(field, scheme, `'https' is the only allowed URL scheme${FORM}`));
  if (url.host === "") errors.push(invalid(field, "", `host must be specified${FORM}`));
  if (url.username !== "") errors.push(invalid(field, url.username, "user information is not permitted in the URL"));
  if (url.hash !== "") errors.push(invalid(field, url.hash.slice(1), "fragments are not permitted in the URL"));
  if (url.search !== "")
    errors.push(invalid(field, url.search.slice(1), "query parameters are not permitted in the URL"));
}

type Service = NonNullable<WebhookClientConfig["service"]>;

function checkService({ name, namespace, port = 443, path }: Service, field: string, errors: FieldError[]): void {
  if (!name) errors.push(required(`${field}.name`, "service name is required"));
  if (!namespace) errors.push(required(`${field}.namespace`, "service namespace is required"));
  const reasons = isPortNumber(port);
  if (reasons.length > 0) errors.push(invalid(`${field}.port`, port, `port is not valid: ${reasons.join(", ")}`));
  if (path !== undefined) checkPath(path, `${field}.path`, errors);
}

function checkPath(path: string, field: string, errors: FieldError[]): void {
  if (path === "/" || path === "") return;
  if (path === "//") {
    errors.push(invalid(field, path, "segment[0] may not be empty"));
    return;
  }
  if (!path.startsWith("/")) errors.push(invalid(field, path, "must start with a '/'"));
  const segments = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  for (const [index, segment] of segments.entries()) {
    if (segment === "") {
      errors.push(invalid(field, path, `segment[${index}] may not be empty`));
      return;
    }
    for (const reason of isDns1123Subdomain(segment)) errors.push(invalid(field, path, `segment[${index}]: ${reason}`));
  }
}
