/** A JobSpec, in a Job or in the template of a CronJob. */
import type { JobSpec, PodFailurePolicy, SuccessPolicy } from "@skiff/api/batch/v1";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { checkPodTemplate } from "../core/pod-template.ts";
import { type FieldError, invalid, notSupported, required, tooMany } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { checkNonNegative } from "../meta/numbers.ts";
import { checkOneOf } from "../meta/one-of.ts";

/** Indexed Jobs keep one entry per index in their status; these keep it small. */
const PARALLELISM_LIMIT = 100_000;
const COMPLETIONS_LIMIT = 100_000;
const FAILED_INDEXES_LIMIT = 100_000;
const RULES_LIMIT = 20;
const MAX_INT32 = 2 ** 31 - 1;

/** Fills in the spec of a Job. */
export function defaultJobSpec(spec: Mutable<JobSpec>): void {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? "Failed" : "TerminatingOrFailed";
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= "True";
  }
  defaultPodTemplate(spec);
}

/** Checks all of a JobSpec but its selector. */
export function checkJobSpec(spec: JobSpec, path: string, errors: FieldError[]): void {
  const counts = [
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
    "backoffLimitPerIndex",
    "maxFailedIndexes",
  ] as const;
  for (const field of counts) checkNonNegative(spec[field], `${path}.${field}`, errors);
  checkManagedBy(spec, path, errors);
  checkIndexed(spec, path, errors);
  checkPodTemplate(spec.template, `${path}.template`, errors);
  checkRestart(spec, path, errors);
  if (spec.podFailurePolicy) checkFailurePolicy(spec.podFailurePolicy, spec, `${path}.podFailurePolicy`, errors);
  if (spec.successPolicy) checkSuccessPolicy(spec.successPolicy, spec, `${path}.successPolicy`, errors);
  const replacement = spec.podReplacementPolicy;
  const supported = spec.podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (replacement !== undefined && !supported.includes(replacement)) {
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, supported));
  }
}

function checkManagedBy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const manager = spec.managedBy;
  if (manager === undefined) return;
  if (!manager.includes("/")) {
    const why = 'must be a domain-prefixed path (such as "acme.io/foo")';
    errors.push(invalid(`${path}.managedBy`, manager, why));
  }
  if (manager.length > 63) errors.push(tooMany(`${path}.managedBy`, manager.length, 63));
}

function checkIndexed(spec: JobSpec, path: string, errors: FieldError[]): void {
  const mode = spec.completionMode;
  if (mode !== undefined && mode !== "Indexed" && mode !== "NonIndexed") {
    errors.push(notSupported(`${path}.completionMode`, mode, ["Indexed", "NonIndexed"]));
  }
  if (mode !== "Indexed") {
    for (const field of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
      if (spec[field] === undefined) continue;
      errors.push(invalid(`${path}.${field}`, spec[field], "requires indexed completion mode"));
    }
    return;
  }
  if (spec.completions === undefined) {
    errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  } else if (spec.completions > COMPLETIONS_LIMIT && (spec.maxFailedIndexes ?? 0) > FAILED_INDEXES_LIMIT) {
    const why = `must be less than or equal to ${FAILED_INDEXES_LIMIT} when completions are above ${COMPLETIONS_LIMIT}`;
    errors.push(invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, why));
  }
  if ((spec.parallelism ?? 0) > PARALLELISM_LIMIT) {
    const why = `must be less than or equal to ${PARALLELISM_LIMIT} when completion mode is Indexed`;
    errors.push(invalid(`${path}.parallelism`, spec.parallelism, why));
  }
  if (spec.maxFailedIndexes === undefined) return;
  if (spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  if (spec.completions !== undefined && spec.maxFailedIndexes > spec.completions) {
    const why = "must be less than or equal to completions";
    errors.push(invalid(`${path}.maxFailedIndexes`, spec.maxFailedIndexes, why));
  }
}

function checkRestart(spec: JobSpec, path: string, errors: FieldError[]): void {
  const policy = spec.template?.spec?.restartPolicy;
  const field = `${path}.template.spec.restartPolicy`;
  if (policy === undefined || policy === "Always") {
    errors.push(required(field, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== "OnFailure" && policy !== "Never") {
    errors.push(notSupported(field, policy, ["OnFailure", "Never"]));
  } else if (spec.podFailurePolicy && policy !== "Never") {
    errors.push(invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}

function checkFailurePolicy(policy: PodFailurePolicy, spec: JobSpec, field: string, errors: FieldError[]): void {
  const rules = policy.rules ?? [];
  if (rules.length > RULES_LIMIT) errors.push(tooMany(`${field}.rules`, rules.length, RULES_LIMIT));
  const pod = spec.template?.spec;
  const names = new Set([...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name));
  rules.forEach(({ action, onExitCodes, onPodConditions }, index) => {
    const path = `${field}.rules[${index}]`;
    checkOneOf(action, ["Count", "FailIndex", "FailJob", "Ignore"], `${path}.action`, errors);
    if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
      errors.push(invalid(`${path}.action`, action, "requires the backoffLimitPerIndex to be set"));
    }
    if (onExitCodes && onPodConditions) {
      errors.push(invalid(path, null, "specifying both OnExitCodes and OnPodConditions is not supported"));
    } else if (!onExitCodes && !onPodConditions) {
      errors.push(invalid(path, null, "specifying one of OnExitCodes and OnPodConditions is required"));
    }
    if (!onExitCodes) return;
    checkOneOf(onExitCodes.operator, ["In", "NotIn"], `${path}.onExitCodes.operator`, errors);
    if (onExitCodes.containerName !== undefined && !names.has(onExitCodes.containerName)) {
      const why = "must be one of the container or initContainer names in the pod template";
      errors.push(invalid(`${path}.onExitCodes.containerName`, onExitCodes.containerName, why));
    }
    checkExitCodes(onExitCodes.values ?? [], onExitCodes.operator, `${path}.onExitCodes.values`, errors);
  });
}

function checkExitCodes(values: readonly number[], operator: string, field: string, errors: FieldError[]): void {
  if (values.length === 0) errors.push(invalid(field, values, "at least one value is required"));
  if (values.length > 255) errors.push(tooMany(field, values.length, 255));
  values.forEach((value, index) => {
    const path = `${field}[${index}]`;
    if (operator === "In" && value === 0) errors.push(invalid(path, value, "must not be 0 for the In operator"));
    const previous = values[index - 1];
    if (previous === undefined || previous < value) return;
    const why = previous === value ? "values must be unique" : "must be ordered";
    errors.push(invalid(field, values, why));
  });
}

function checkSuccessPolicy(policy: SuccessPolicy, spec: JobSpec, field: string, errors: FieldError[]): void {
  if (spec.completionMode !== "Indexed") {
    errors.push(invalid(field, policy, "requires indexed completion mode"));
    return;
  }
  const rules = policy.rules ?? [];
  if (rules.length === 0)
    errors.push(required(`${field}.rules`, "at least one rules must be specified when the successPolicy is specified"));
  if (rules.length > RULES_LIMIT) errors.push(tooMany(`${field}.rules`, rules.length, RULES_LIMIT));
  rules.forEach(({ succeededIndexes, succeededCount }, index) => {
    const path = `${field}.rules[${index}]`;
    if (succeededIndexes === undefined && succeededCount === undefined) {
      errors.push(required(path, "at least one of succeededCount or succeededIndexes must be specified"));
    }
    checkNonNegative(succeededCount, `${path}.succeededCount`, errors);
    if (succeededIndexes !== undefined && !/^(?:\d+(?:-\d+)?)(?:,\d+(?:-\d+)?)*$/.test(succeededIndexes)) {
      errors.push(invalid(`${path}.succeededIndexes`, succeededIndexes, "error parsing succeededIndexes"));
    }
  });
}

/** Refuses a selector or manual selection in a template: each Job gets a selector of its own. */
export function checkNoSelector(spec: JobSpec, path: string, errors: FieldError[]): void {
  if (spec.selector) errors.push(invalid(`${path}.selector`, spec.selector, "`selector` will be auto-generated"));
  if (spec.manualSelector) errors.push(notSupported(`${path}.manualSelector`, true, ["nil", "false"]));
}
