/** IngressClass. */
import type { IngressClass } from "@skiff/api/networking/v1";
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { type FieldError, forbidden, invalid, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { countGeneration } from "../strategy.ts";

const CONTROLLER_LIMIT = 250;

function validate({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const controller = spec.controller ?? "";
  if (Buffer.byteLength(controller) > CONTROLLER_LIMIT) {
    errors.push({
      type: "FieldValueTooLong",
      field: "spec.controller",
      detail: `may not be more than ${CONTROLLER_LIMIT} bytes`,
    });
  }
  checkDomainPath(controller, errors);
  const parameters = spec.parameters;
  if (parameters === undefined) return errors;
  const field = "spec.parameters";
  if (parameters.apiGroup !== undefined) {
    for (const reason of isDns1123Subdomain(parameters.apiGroup)) {
      errors.push(invalid(`${field}.apiGroup`, parameters.apiGroup, reason));
    }
  }
  for (const name of ["kind", "name"] as const) {
    const value = parameters[name];
    if (!value) errors.push(required(`${field}.${name}`, `${name} is required`));
    else for (const reason of isPathSegmentName(value)) errors.push(invalid(`${field}.${name}`, value, reason));
  }
  checkOneOf(parameters.scope, ["Cluster", "Namespace"], `${field}.scope`, errors);
  if (parameters.scope === "Namespace") {
    if (!parameters.namespace) {
      errors.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"));
    } else {
      for (const reason of isDns1123Label(parameters.namespace)) {
        errors.push(invalid(`${field}.namespace`, parameters.namespace, reason));
      }
    }
  } else if (parameters.namespace !== undefined) {
    errors.push(forbidden(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  }
  return errors;
}

function checkDomainPath(controller: string, errors: FieldError[]): void {
  const field = "spec.controller";
  if (controller === "") {
    errors.push(required(field));
    return;
  }
  const slash = controller.indexOf("/");
  const host = controller.slice(0, Math.max(slash, 0));
  const path = controller.slice(slash + 1);
  if (slash === -1 || host === "" || path === "") {
    errors.push(invalid(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  for (const reason of isDns1123Subdomain(host)) errors.push(invalid(field, host, reason));
  const form = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
  if (!new RegExp(`^${form}$`).test(path)) {
    errors.push(invalid(field, path, `Invalid path (regex used for validation is '${form}')`));
  }
}

export const ingressClassRules: KindRules<IngressClass> = {
  defaults({ spec }) {
    if (spec.parameters) spec.parameters.scope ??= "Cluster";
  },
  validate,
  validateUpdate(ingressClass, old) {
    const errors = validate(ingressClass);
    checkImmutable(ingressClass.spec.controller, old.spec.controller, "spec.controller", errors);
    return errors;
  },
  prepareForCreate(ingressClass) {
    ingressClass.metadata.generation = 1;
  },
  prepareForUpdate(ingressClass, old) {
    countGeneration<IngressClass>(ingressClass, old);
  },
};
