/** A JobSpec, in a Job or in the template of a CronJob. */
import type {
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
  SuccessPolicy,
} from "@skiff/api/batch/v1";
import { isQualifiedName, longerThan } from "../../names.ts";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { checkPodTemplate } from "../core/pod-template.ts";
import {
  duplicate,
  type FieldError,
  invalid,
  notSupported,
  omittedValue,
  required,
  tooLong,
  tooMany,
} from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { checkDomainPath } from "../meta/domain-path.ts";
import { checkNonNegative } from "../meta/numbers.ts";

/** Indexed Jobs keep the indexes that are done in their status; these keep it small. */
const INDEXES_LIMIT = 100_000;
const LIMIT_FOR_MANY = 10_000;
const RULES_LIMIT = 20;
const CONDITIONS_LIMIT = 20;
const EXIT_CODES_LIMIT = 255;
const MANAGER_LIMIT = 63;
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
  if (spec.podFailurePolicy) checkFailurePolicy(spec.podFailurePolicy, spec, `${path}.podFailurePolicy`, errors);
  if (spec.successPolicy) checkSuccessPolicy(spec.successPolicy, spec, `${path}.successPolicy`, errors);
  const replacement = spec.podReplacementPolicy;
  const supported = spec.podFailurePolicy ? ["Failed"] : ["Failed", "TerminatingOrFailed"];
  if (replacement !== undefined && !supported.includes(replacement)) {
    errors.push(notSupported(`${path}.podReplacementPolicy`, replacement, supported));
  }
  checkPodTemplate(spec.template, `${path}.template`, errors);
  checkRestart(spec, path, errors);
}

function checkManagedBy(spec: JobSpec, path: string, errors: FieldError[]): void {
  if (spec.managedBy === undefined) return;
  checkDomainPath(spec.managedBy, `${path}.managedBy`, errors);
  if (longerThan(spec.managedBy, MANAGER_LIMIT)) errors.push(tooLong(`${path}.managedBy`, MANAGER_LIMIT));
}

function checkIndexed(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { completionMode: mode, maxFailedIndexes } = spec;
  if (maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  }
  if (mode !== undefined && mode !== "Indexed" && mode !== "NonIndexed") {
    errors.push(notSupported(`${path}.completionMode`, mode, ["NonIndexed", "Indexed"]));
  }
  if (mode === "Indexed") checkIndexes(spec, path, errors);
  if (mode !== undefined && mode !== "NonIndexed") return;
  for (const field of ["backoffLimitPerIndex", "maxFailedIndexes"] as const) {
    if (spec[field] === undefined) continue;
    errors.push(invalid(`${path}.${field}`, spec[field], "requires indexed completion mode"));
  }
}

function checkIndexes(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  const atMost = (field: "parallelism" | "maxFailedIndexes", limit: number, why = ""): void => {
    if ((spec[field] ?? 0) <= limit) return;
    errors.push(invalid(`${path}.${field}`, spec[field], `must be less than or equal to ${limit}${why}`));
  };
  if (completions === undefined) errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  atMost("parallelism", INDEXES_LIMIT, " when completion mode is Indexed");
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
    errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, "must be less than or equal to completions"));
  }
  atMost("maxFailedIndexes", INDEXES_LIMIT);
  if ((completions ?? 0) <= INDEXES_LIMIT || spec.backoffLimitPerIndex === undefined) return;
  if (maxFailedIndexes === undefined) {
    const why = `must be specified when completions is above ${INDEXES_LIMIT}`;
    errors.push(required(`${path}.maxFailedIndexes`, why));
  }
  const many = ` when completions are above ${INDEXES_LIMIT} and used with backoff limit per index`;
  if (parallelism > 0) atMost("parallelism", LIMIT_FOR_MANY, many);
  atMost("maxFailedIndexes", LIMIT_FOR_MANY, many);
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
  rules.forEach((rule, index) => {
    checkFailureRule(rule, spec, names, `${field}.rules[${index}]`, errors);
  });
}

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(" ");

/** Refuses a missing value with the list of those there are, and one that is not among them. */
function checkChoice(value: string | undefined, choices: readonly string[], field: string, errors: FieldError[]): void {
  if (!value) errors.push(required(field, `valid values: [${quoted(choices)}]`));
  else if (!choices.includes(value)) errors.push(notSupported(field, value, choices));
}

function checkFailureRule(
  { action, onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  spec: JobSpec,
  names: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  checkChoice(action, actions, `${path}.action`, errors);
  if (action === "FailIndex" && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalid(`${path}.action`, action, "requires the backoffLimitPerIndex to be set"));
  }
  if (onExitCodes) checkExitCodes(onExitCodes, names, `${path}.onExitCodes`, errors);
  if (onPodConditions.length > CONDITIONS_LIMIT) {
    errors.push(tooMany(`${path}.onPodConditions`, onPodConditions.length, CONDITIONS_LIMIT));
  }
  onPodConditions.forEach(({ type = "", status }, index) => {
    const at = `${path}.onPodConditions[${index}]`;
    for (const reason of isQualifiedName(type)) errors.push(invalid(`${at}.type`, type, reason));
    checkChoice(status, ["False", "True", "Unknown"], `${at}.status`, errors);
  });
  if (onExitCodes && onPodConditions.length > 0) {
    errors.push(invalid(path, omittedValue, "specifying both OnExitCodes and OnPodConditions is not supported"));
  }
  if (!onExitCodes && onPodConditions.length === 0) {
    errors.push(invalid(path, omittedValue, "specifying one of OnExitCodes and OnPodConditions is required"));
  }
}

function checkExitCodes(
  { operator, containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  checkChoice(operator, ["In", "NotIn"], `${path}.operator`, errors);
  if (containerName !== undefined && !names.has(containerName)) {
    const why = "must be one of the container or initContainer names in the pod template";
    errors.push(invalid(`${path}.containerName`, containerName, why));
  }
  const field = `${path}.values`;
  if (values.length === 0) errors.push(invalid(field, values, "at least one value is required"));
  if (values.length > EXIT_CODES_LIMIT) errors.push(tooMany(field, values.length, EXIT_CODES_LIMIT));
  values.forEach((value, index) => {
    if (operator === "In" && value === 0) {
      errors.push(invalid(`${field}[${index}]`, value, "must not be 0 for the In operator"));
    }
    if (values.indexOf(value) < index) errors.push(duplicate(`${field}[${index}]`, value));
  });
  if (values.some((value, index) => value < (values[index - 1] ?? value))) {
    errors.push(invalid(field, values, "must be ordered"));
  }
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
    const completions = spec.completions ?? 0;
    if (succeededCount !== undefined && succeededCount > completions) {
      const why = `must be less than or equal to ${completions} (the number of specified completions)`;
      errors.push(invalid(`${path}.succeededCount`, succeededCount, why));
    }
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
