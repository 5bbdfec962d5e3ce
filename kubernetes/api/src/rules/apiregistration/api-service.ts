/** APIService. */
import type { APIService } from "@skiff/api/apiregistration/v1";
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName, isPortNumber } from "../../names.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm, checkOptionalForm } from "../meta/formats.ts";
import { keep } from "../strategy.ts";

function checkName({ metadata: { name }, spec }: APIService, errors: FieldError[]): void {
  const wanted = `${spec.version ?? ""}.${spec.group ?? ""}`;
  if (!name || name === wanted || isPathSegmentName(name).length > 0) return;
  errors.push(invalid("metadata.name", name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
}

function validate(service: APIService): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = service;
  checkName(service, errors);
  if (!spec.group && spec.version !== "v1") {
    errors.push(required("spec.group", "only v1 may have an empty group and it better be legacy kube"));
  }
  checkOptionalForm(spec.group, isDns1123Subdomain, "spec.group", errors);
  checkForm(spec.version, isDns1035Label, "spec.version", errors);
  checkPriority(spec.groupPriorityMinimum, 20_000, "spec.groupPriorityMinimum", errors);
  checkPriority(spec.versionPriority, 1000, "spec.versionPriority", errors);
  if (spec.service === undefined) checkLocal(service, errors);
  else checkRemote(service, errors);
  return errors;
}

function checkPriority(value: number | undefined, most: number, field: string, errors: FieldError[]): void {
  const given = value ?? 0;
  if (given <= 0 || given > most) errors.push(invalid(field, given, `must be positive and less than ${most}`));
}

function checkLocal({ spec }: APIService, errors: FieldError[]): void {
  if (spec.caBundle) {
    const size = `${Buffer.byteLength(spec.caBundle, "base64")} bytes`;
    errors.push(invalid("spec.caBundle", size, "local APIServices may not have a caBundle"));
  }
  if (spec.insecureSkipTLSVerify) {
    const why = "local APIServices may not have insecureSkipTLSVerify";
    errors.push(invalid("spec.insecureSkipTLSVerify", true, why));
  }
}

function checkRemote({ spec }: APIService, errors: FieldError[]): void {
  const { namespace, name, port = 443 } = spec.service ?? {};
  if (!namespace) errors.push(required("spec.service.namespace"));
  if (!name) errors.push(required("spec.service.name"));
  for (const reason of isPortNumber(port)) {
    errors.push(invalid("spec.service.port", port, `port is not valid: ${reason}`));
  }
  if (spec.insecureSkipTLSVerify && spec.caBundle) {
    errors.push(invalid("spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present"));
  }
}

export const apiServiceRules: KindRules<APIService> = {
  name: isPathSegmentName,
  anyFinalizer: true,
  defaults({ spec }) {
    if (spec.service) spec.service.port ??= 443;
  },
  validate,
  validateUpdate: validate,
  prepareForCreate(service) {
    service.status = {};
  },
  prepareForUpdate(service, old) {
    keep<APIService>(service, old, "status");
  },
  prepareForStatusUpdate(service, old) {
    keep<APIService>(service, old, "spec");
  },
  allowUnconditionalUpdate: false,
};
