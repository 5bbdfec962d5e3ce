/** IngressClass. */
import type { IngressClass } from "@skiff/api/networking/v1";
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName } from "../../names.ts";
import { type FieldError, forbidden, invalid, required, tooLong } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkDomainPath } from "../meta/domain-path.ts";
import { checkImmutable } from "../meta/immutable.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { countGeneration } from "../strategy.ts";

const CONTROLLER_LIMIT = 250;

function validate({ spec }: IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const controller = spec.controller ?? "";
  if (Buffer.byteLength(controller) > CONTROLLER_LIMIT) {
    errors.push(tooLong("spec.controller", CONTROLLER_LIMIT));
  }
  if (controller === "") errors.push(required("spec.controller"));
  else checkDomainPath(controller, "spec.controller", errors);
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
    if (!value) errors.push(required(`${field}.${name}`));
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
