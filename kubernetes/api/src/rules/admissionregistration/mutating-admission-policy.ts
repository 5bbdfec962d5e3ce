/** MutatingAdmissionPolicy and MutatingAdmissionPolicyBinding. */
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicyBinding,
  Mutation,
} from "@skiff/api/admissionregistration/v1";
import { isDns1123Subdomain } from "../../names.ts";
import { type FieldError, forbidden, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkRequiredForm } from "../meta/formats.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { countGeneration } from "../strategy.ts";
import { checkMatchResources, checkParamKind, checkParamRef, defaultMatchResources } from "./match-resources.ts";
import { checkMatchConditions, checkVariables, isBlank } from "./policy-parts.ts";

const PATCH_FIELDS = { ApplyConfiguration: "applyConfiguration", JSONPatch: "jsonPatch" } as const;

function validate({ spec }: MutatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(spec.failurePolicy, ["Fail", "Ignore"], "spec.failurePolicy", errors);
  checkParamKind(spec.paramKind, "spec.paramKind", errors);
  if (spec.matchConstraints === undefined) errors.push(required("spec.matchConstraints"));
  else {
    checkMatchResources(spec.matchConstraints, "spec.matchConstraints", errors);
    if (!spec.matchConstraints.resourceRules?.length) errors.push(required("spec.matchConstraints.resourceRules"));
    checkNoConnect(spec.matchConstraints.resourceRules ?? [], errors);
  }
  checkMatchConditions(spec.matchConditions, "spec.matchConditions", errors);
  checkVariables(spec.variables, "spec.variables", errors);
  const mutations = spec.mutations ?? [];
  if (mutations.length === 0) errors.push(required("spec.mutations", "mutations must contain at least one item"));
  mutations.forEach((mutation, index) => {
    checkMutation(mutation, `spec.mutations[${index}]`, errors);
  });
  checkOneOf(spec.reinvocationPolicy, ["IfNeeded", "Never"], "spec.reinvocationPolicy", errors);
  return errors;
}

/** There is no object to change in a deletion or a connection. */
function checkNoConnect(
  rules: readonly { readonly operations?: readonly string[] | undefined }[],
  errors: FieldError[],
) {
  const operations = ["*", "CREATE", "UPDATE"];
  rules.forEach((rule, index) => {
    rule.operations?.forEach((operation, at) => {
      if (operation !== "DELETE" && operation !== "CONNECT") return;
      const field = `spec.matchConstraints.resourceRules[${index}].operations[${at}]`;
      errors.push(notSupported(field, operation, operations));
    });
  });
}

function checkMutation(mutation: Mutation, path: string, errors: FieldError[]): void {
  const type = mutation.patchType as keyof typeof PATCH_FIELDS | "";
  if (!type) {
    errors.push(required(`${path}.patchType`));
    return;
  }
  if (!(type in PATCH_FIELDS)) {
    errors.push(notSupported(`${path}.patchType`, type, Object.keys(PATCH_FIELDS)));
    return;
  }
  for (const [otherType, other] of Object.entries(PATCH_FIELDS)) {
    const part = mutation[other];
    const field = `${path}.${other}`;
    if (otherType !== type) {
      if (part) errors.push(forbidden(field, `must not be specified when patchType is ${type}`));
    } else if (!part) errors.push(required(field, `must be specified when patchType is ${type}`));
    else if (isBlank(part.expression)) {
      errors.push(required(`${field}.expression`, "expression is not specified"));
    }
  }
}

export const mutatingAdmissionPolicyRules: KindRules<MutatingAdmissionPolicy> = {
  anyFinalizer: true,
  defaults({ spec }) {
    spec.failurePolicy ??= "Fail";
    defaultMatchResources(spec.matchConstraints);
  },
  validate,
  validateUpdate: validate,
  prepareForCreate(policy) {
    policy.metadata.generation = 1;
  },
  prepareForUpdate(policy, old) {
    countGeneration<MutatingAdmissionPolicy>(policy, old);
  },
  allowUnconditionalUpdate: false,
};

function validateBinding({ spec }: MutatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkRequiredForm(spec.policyName, isDns1123Subdomain, "spec.policyName", errors);
  checkParamRef(spec.paramRef, "spec.paramRef", errors);
  checkMatchResources(spec.matchResources, "spec.matchResouces", errors);
  return errors;
}

export const mutatingAdmissionPolicyBindingRules: KindRules<MutatingAdmissionPolicyBinding> = {
  anyFinalizer: true,
  defaults({ spec }) {
    defaultMatchResources(spec.matchResources);
    if (spec.paramRef) spec.paramRef.parameterNotFoundAction ??= "Deny";
  },
  validate: validateBinding,
  validateUpdate: validateBinding,
  prepareForCreate(binding) {
    binding.metadata.generation = 1;
  },
  prepareForUpdate(binding, old) {
    countGeneration<MutatingAdmissionPolicyBinding>(binding, old);
  },
  allowUnconditionalUpdate: false,
};
