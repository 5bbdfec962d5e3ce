/** How objects of a custom resource get from one version to another. */
import type { CustomResourceConversion } from "@skiff/api/apiextensions/v1";
import { type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";

const KNOWN_REVIEWS = ["v1", "v1beta1"];

/** Checks the strategy, and the webhook where there is one. */
export function checkConversion(conversion: CustomResourceConversion, field: string, errors: FieldError[]): void {
  const { strategy, webhook } = conversion;
  if (!strategy) errors.push(required(`${field}.strategy`));
  else if (strategy !== "None" && strategy !== "Webhook") {
    errors.push(notSupported(`${field}.strategy`, strategy, ["None", "Webhook"]));
  }
  if (strategy !== "Webhook") {
    if (webhook?.clientConfig) {
      errors.push(forbidden(`${field}.webhookClientConfig`, "should not be set when strategy is not set to Webhook"));
    }
    return;
  }
  const client = webhook?.clientConfig;
  const at = `${field}.webhookClientConfig`;
  if (!client) errors.push(required(at, "required when strategy is set to Webhook"));
  else if ((client.url === undefined) === (client.service === undefined)) {
    errors.push(required(at, "exactly one of url or service is required"));
  } else if (client.url !== undefined) checkUrl(client.url, `${at}.url`, errors);
  else if (client.service) {
    if (!client.service.name) errors.push(required(`${at}.service.name`, "service name is required"));
    if (!client.service.namespace) errors.push(required(`${at}.service.namespace`, "service namespace is required"));
  }
  checkReviews(webhook?.conversionReviewVersions ?? [], `${field}.conversionReviewVersions`, errors);
}

function checkUrl(url: string, at: string, errors: FieldError[]): void {
  if (!URL.canParse(url))
    errors.push(required(at, `url must be a valid URL: parse ${JSON.stringify(url)}: invalid URI`));
  else if (new URL(url).protocol !== "https:") {
    errors.push(
      invalid(
        at,
        new URL(url).protocol.slice(0, -1),
        "'https' is the only allowed URL scheme; desired format: https://host[/path]",
      ),
    );
  }
}

function checkReviews(versions: readonly string[], at: string, errors: FieldError[]): void {
  if (versions.length === 0) errors.push(required(at, ""));
  else if (!versions.some((version) => KNOWN_REVIEWS.includes(version))) {
    errors.push(invalid(at, versions, `must include at least one of ${KNOWN_REVIEWS.join(", ")}`));
  }
}
