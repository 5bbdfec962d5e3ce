/** CertificateSigningRequest. Who asks is filled in by the server, from the request's user. */
import type { CertificateSigningRequest } from "@skiff/api/certificates/v1";
import { isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { keep } from "../strategy.ts";
import { requestProblem } from "./certificate-request.ts";

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
  const problem = requestProblem(Buffer.from(spec.request ?? "", "base64").toString("latin1"));
  if (problem !== undefined) errors.push(invalid("spec.request", spec.request ?? "", problem));
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

const DECISIONS = ["Approved", "Denied", "Failed"];

/** Checks the conditions. `mayDecide` says whether the request may be approved or denied on this path. */
function checkConditions(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  mayDecide: boolean,
  errors: FieldError[],
): void {
  checkKeptConditions(request, old, mayDecide, errors);
  const seen = new Set<string>();
  request.status?.conditions?.forEach(({ type, status }, index) => {
    const path = `status.conditions[${index}]`;
    if (!type) errors.push(required(`${path}.type`));
    if (!status) errors.push(required(`${path}.status`));
    else if (!["False", "True", "Unknown"].includes(status)) {
      errors.push(notSupported(`${path}.status`, status, ["False", "True", "Unknown"]));
    } else if (DECISIONS.includes(type) && status !== "True") {
      errors.push(notSupported(`${path}.status`, status, ["True"]));
    }
    const isBoth = (type === "Approved" && seen.has("Denied")) || (type === "Denied" && seen.has("Approved"));
    if (isBoth) {
      errors.push(invalid(`${path}.type`, type, "Approved and Denied conditions are mutually exclusive"));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
  });
}

/** What was decided stays so. */
function checkKeptConditions(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  mayDecide: boolean,
  errors: FieldError[],
): void {
  const count = ({ status }: CertificateSigningRequest, wanted: string): number =>
    (status?.conditions ?? []).filter(({ type }) => type === wanted).length;
  for (const type of DECISIONS) {
    const before = count(old, type);
    const after = count(request, type);
    if (before > after) {
      errors.push(forbidden("status.conditions", `updates may not remove a condition of type ${JSON.stringify(type)}`));
    } else if (after > before && type !== "Failed" && !mayDecide) {
      errors.push(forbidden("status.conditions", `updates may not add a condition of type ${JSON.stringify(type)}`));
    }
  }
}

/** Says of each condition when it was written and when it came to be, where the writer does not. */
function setTimes(request: Mutable<CertificateSigningRequest>, old: CertificateSigningRequest): void {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  for (const condition of request.status?.conditions ?? []) {
    const before = old.status?.conditions?.find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    condition.lastUpdateTime ??= now;
    condition.lastTransitionTime ??= before?.lastTransitionTime ?? now;
  }
}

function validateStatusUpdate(request: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const errors: FieldError[] = [];
  const issued = request.status?.certificate ?? "";
  const before = old.status?.certificate ?? "";
  checkConditions(request, old, false, errors);
  if (before !== "" && issued !== before) {
    errors.push(forbidden("status.certificate", "updates may not modify existing certificate content"));
  } else if (issued !== before && !Buffer.from(issued, "base64").includes("-----BEGIN CERTIFICATE-----")) {
    const why = "must contain one or more CERTIFICATE PEM blocks";
    errors.push(invalid("status.certificate", "<certificate data>", why));
  }
  return errors;
}

export const certificateSigningRequestRules: KindRules<CertificateSigningRequest> = {
  name: isPathSegmentName,
  validate,
  validateUpdate: () => [],
  validateStatusUpdate,
  prepareForCreate(request) {
    request.status = {};
  },
  prepareForUpdate(request, old) {
    keep<CertificateSigningRequest>(request, old, "spec");
    keep<CertificateSigningRequest>(request, old, "status");
  },
  prepareForStatusUpdate(request, old) {
    keep<CertificateSigningRequest>(request, old, "spec");
    setTimes(request, old);
  },
  parts: {
    approval: {
      prepareForUpdate(request, old) {
        keep<CertificateSigningRequest>(request, old, "spec");
        request.status ??= {};
        if (old.status?.certificate) request.status.certificate = old.status.certificate;
        else delete request.status.certificate;
        setTimes(request, old);
      },
      validateUpdate(request, old) {
        const errors: FieldError[] = [];
        checkConditions(request, old, true, errors);
        return errors;
      },
    },
  },
  selectableFields(request) {
    return { "spec.signerName": request.spec.signerName ?? "" };
  },
};
