/** ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding. */
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  Validation,
} from "@skiff/api/admissionregistration/v1";
import { isDns1123Subdomain, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";
import { checkForm, checkRequiredForm } from "../meta/formats.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { countGeneration, specAndStatus } from "../strategy.ts";
import { checkMatchResources, checkParamKind, checkParamRef, defaultMatchResources } from "./match-resources.ts";
import { checkMatchConditions, checkVariables, isBlank } from "./policy-parts.ts";

const MOST_ANNOTATIONS = 20;
const LONGEST_VALUE_EXPRESSION = 5 * 1024;
const ACTIONS = ["Audit", "Deny", "Warn"];
const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];

function validate({ metadata, spec }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  checkOneOf(spec.failurePolicy, ["Fail", "Ignore"], "spec.failurePolicy", errors);
  checkParamKind(spec.paramKind, "spec.paramKind", errors);
  if (spec.matchConstraints === undefined) errors.push(required("spec.matchConstraints"));
  else {
    checkMatchResources(spec.matchConstraints, "spec.matchConstraints", errors);
    if (!spec.matchConstraints.resourceRules?.length) errors.push(required("spec.matchConstraints.resourceRules"));
  }
  checkMatchConditions(spec.matchConditions, "spec.matchConditions", errors);
  checkVariables(spec.variables, "spec.variables", errors);
  const { validations = [], auditAnnotations = [] } = spec;
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = "validations or auditAnnotations must contain at least one item";
    errors.push(required("spec.validations", why), required("spec.auditAnnotations", why));
  }
  validations.forEach((validation, index) => {
    checkValidation(validation, `spec.validations[${index}]`, errors);
  });
  checkAuditAnnotations(auditAnnotations, metadata.name, "spec.auditAnnotations", errors);
  return errors;
}

function checkValidation(validation: Validation, path: string, errors: FieldError[]): void {
  const { expression, message = "", messageExpression = "", reason } = validation;
  if (isBlank(expression)) errors.push(required(`${path}.expression`, "expression is not specified"));
  if (messageExpression !== "" && isBlank(messageExpression)) {
    errors.push(invalid(`${path}.messageExpression`, messageExpression, "must be non-empty if specified"));
  }
  if (message !== "" && isBlank(message)) {
    errors.push(invalid(`${path}.message`, message, "message must be non-empty if specified"));
  } else if (/[\n\r]/.test(message.trim())) {
    errors.push(invalid(`${path}.message`, message, "message must not contain line breaks"));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, REASONS));
  }
}

function checkAuditAnnotations(
  annotations: readonly AuditAnnotation[],
  policy: string,
  field: string,
  errors: FieldError[],
): void {
  if (annotations.length > MOST_ANNOTATIONS) {
    errors.push(invalid(field, annotations, `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`));
  }
  const seen = new Set<string>();
  annotations.forEach(({ key, valueExpression }, index) => {
    const path = `${field}[${index}]`;
    if (policy) checkForm(`${policy}/${key}`, isQualifiedName, `${path}.key`, errors);
    else errors.push(invalid(`${path}.key`, key, "requires metadata.name be non-empty"));
    if (isBlank(valueExpression)) {
      errors.push(required(`${path}.valueExpression`, "valueExpression is not specified"));
    } else if (Buffer.byteLength(valueExpression.trim()) > LONGEST_VALUE_EXPRESSION) {
      const why = `must not exceed ${LONGEST_VALUE_EXPRESSION} bytes in length`;
      errors.push(required(`${path}.valueExpression`, why));
    }
    if (seen.has(key)) errors.push(duplicate(`${path}.key`, key));
    seen.add(key);
  });
}

function checkStatus({ status }: ValidatingAdmissionPolicy): FieldError[] {
  const errors: FieldError[] = [];
  status?.typeChecking?.expressionWarnings?.forEach(({ warning, fieldRef }, index) => {
    const path = `status.typeChecking.expressionWarnings[${index}]`;
    if (!warning) errors.push(required(`${path}.warning`));
    if (isBlank(fieldRef)) errors.push(required(`${path}.fieldRef`));
  });
  return errors;
}

export const validatingAdmissionPolicyRules: KindRules<ValidatingAdmissionPolicy> = {
  ...specAndStatus<ValidatingAdmissionPolicy>(() => ({})),
  anyFinalizer: true,
  defaults({ spec }) {
    spec.failurePolicy ??= "Fail";
    defaultMatchResources(spec.matchConstraints);
  },
  validate,
  validateUpdate: validate,
  validateStatusUpdate: checkStatus,
  allowUnconditionalUpdate: false,
};

function validateBinding({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] {
  const errors: FieldError[] = [];
  checkRequiredForm(spec.policyName, isDns1123Subdomain, "spec.policyName", errors);
  checkParamRef(spec.paramRef, "spec.paramRef", errors);
  // Upstream spells the path so.
  checkMatchResources(spec.matchResources, "spec.matchResouces", errors);
  checkActions(spec.validationActions ?? [], "spec.validationActions", errors);
  return errors;
}

function checkActions(actions: readonly string[], field: string, errors: FieldError[]): void {
  const seen = new Set<string>();
  actions.forEach((action, index) => {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${field}[${index}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${field}[${index}]`, action));
    seen.add(action);
  });
  if (seen.has("Deny") && seen.has("Warn")) {
    const why =
      "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
    errors.push(invalid(field, actions, why));
  }
  if (seen.size === 0) errors.push(required(field, "at least one validation action is required"));
}

export const validatingAdmissionPolicyBindingRules: KindRules<ValidatingAdmissionPolicyBinding> = {
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
    countGeneration<ValidatingAdmissionPolicyBinding>(binding, old);
  },
  allowUnconditionalUpdate: false,
};
