/** CertificateSigningRequest. Who asks is filled in by the server, from the request's user. */
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { keep } from "../strategy.ts";

const usages: readonly string[] = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];

const SHORTEST_SECONDS = 600;

function validate({ spec }: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const request = Buffer.from(spec.request ?? "", "base64").toString("latin1");
  if (!/-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/.test(request)) {
    errors.push(invalid("spec.request", spec.request ?? "", "PEM block type must be CERTIFICATE REQUEST"));
  }
  const asked = spec.usages ?? [];
  if (asked.length === 0) errors.push(required("spec.usages", "usages are required"));
  asked.forEach((usage, index) => {
    if (!usages.includes(usage)) errors.push(notSupported(`spec.usages[${index}]`, usage, usages));
    if (asked.indexOf(usage) < index) errors.push(duplicate(`spec.usages[${index}]`, usage));
  });
  checkSignerName(spec.signerName ?? "", errors);
  const seconds = spec.expirationSeconds;
  if (seconds !== undefined && seconds < SHORTEST_SECONDS) {
    const why = "may not specify a duration less than 600 seconds (10 minutes)";
    errors.push(invalid("spec.expirationSeconds", seconds, why));
  }
  return errors;
}

function checkSignerName(name: string, errors: FieldError[]): void {
  const field = "spec.signerName";
  if (name === "") {
    errors.push(required(field));
    return;
  }
  const [domain = "", path = "", ...more] = name.split("/");
  if (more.length > 0 || path === "") {
    const why = 'must be a fully qualified domain and path of the form "example.com/signer-name"';
    errors.push(invalid(field, name, why));
    return;
  }
  for (const reason of isDns1123Subdomain(domain))
    errors.push(invalid(field, domain, `validating signerName domain: ${reason}`));
  if (!domain.includes("."))
    errors.push(invalid(field, name, "should be a domain with at least two segments separated by dots"));
  for (const reason of isDns1123Subdomain(path))
    errors.push(invalid(field, path, `validating signerName path: ${reason}`));
  if (name === "kubernetes.io/legacy-unknown") {
    errors.push(invalid(field, name, "the legacy signerName is not allowed via this API version"));
  }
}

function checkConditions(request: CertificateSigningRequest, errors: FieldError[]): void {
  const seen = new Set<string>();
  request.status?.conditions?.forEach(({ type, status }, index) => {
    const path = `status.conditions[${index}]`;
    if (!type) errors.push(required(`${path}.type`));
    if (!status) errors.push(required(`${path}.status`));
    else if ((type === "Approved" || type === "Denied" || type === "Failed") && status !== "True") {
      errors.push(notSupported(`${path}.status`, status, ["True"]));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
  });
  if (seen.has("Approved") && seen.has("Denied")) {
    errors.push(invalid("status.conditions", "Denied", "Approved and Denied conditions are mutually exclusive"));
  }
}

export const certificateSigningRequestRules: KindRules<CertificateSigningRequest> = {
  name: isPathSegmentName,
  validate,
  validateUpdate: () => [],
  validateStatusUpdate(request, old) {
    const errors: FieldError[] = [];
    checkConditions(request, errors);
    if (old.status?.certificate && request.status?.certificate !== old.status.certificate) {
      errors.push(forbidden("status.certificate", "updates may not change a certificate that was issued"));
    }
    return errors;
  },
  prepareForCreate(request) {
    request.status = {};
  },
  prepareForUpdate(request, old) {
    keep<CertificateSigningRequest>(request, old, "spec");
    keep<CertificateSigningRequest>(request, old, "status");
  },
  prepareForStatusUpdate(request, old) {
    keep<CertificateSigningRequest>(request, old, "spec");
  },
  selectableFields(request) {
    return { "spec.signerName": request.spec.signerName ?? "" };
  },
};
