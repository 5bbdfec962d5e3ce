/** Job. */
import type { Job, JobSpec } from "@skiff/api/batch/v1";
import type { PodSpec, PodTemplateSpec } from "@skiff/api/core/v1";
import { isDns1123Label } from "../../names.ts";
import { isSpecNew, nameWarnings } from "../apps/template-warnings.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { checkImmutable, sameMeaning } from "../meta/immutable.ts";
import { checkLabelSelector, selectorMatches } from "../meta/label-selector.ts";
import { specAndStatus } from "../strategy.ts";
import { checkJobSpec, defaultJobSpec } from "./job-spec.ts";
import { checkJobStatus } from "./job-status.ts";
import { jobSpecWarnings } from "./job-warnings.ts";

/** Labels of a Job's Pods, each in its present spelling and the older one without a domain. */
const UID_LABEL = "batch.kubernetes.io/controller-uid";
const NAME_LABEL = "batch.kubernetes.io/job-name";
const OLD_UID_LABEL = "controller-uid";
const OLD_NAME_LABEL = "job-name";

/** Gives the Job a selector that no other Job's Pods match. What the user has set stays, and is refused if wrong. */
function generateSelector(job: Mutable<Job>): void {
  const { spec, metadata } = job;
  const uid = metadata.uid ?? "";
  spec.template.metadata ??= {};
  spec.template.metadata.labels ??= {};
  const { labels } = spec.template.metadata;
  for (const label of [UID_LABEL, OLD_UID_LABEL]) labels[label] ??= uid;
  for (const label of [NAME_LABEL, OLD_NAME_LABEL]) labels[label] ??= metadata.name;
  spec.selector ??= {};
  spec.selector.matchLabels ??= {};
  spec.selector.matchLabels[UID_LABEL] ??= uid;
}

function checkGenerated(job: Job, errors: FieldError[]): void {
  const { spec, metadata } = job;
  if (spec.manualSelector || spec.selector === undefined) return;
  const uid = metadata.uid ?? "";
  if (uid === "") errors.push(required("metadata.uid"));
  const labels = spec.template?.metadata?.labels ?? {};
  const expected = {
    [OLD_UID_LABEL]: uid,
    [UID_LABEL]: uid,
    [OLD_NAME_LABEL]: metadata.name,
    [NAME_LABEL]: metadata.name,
  };
  for (const label of [OLD_UID_LABEL, OLD_NAME_LABEL, UID_LABEL, NAME_LABEL] as const) {
    const field = `spec.template.metadata.labels[${label}]`;
    const why = `must be '${expected[label]}'`;
    if (labels[label] === undefined) errors.push(required(field, why));
    else if (labels[label] !== expected[label]) errors.push(invalid(field, labels, why));
  }
  if (!selectorMatches(spec.selector, expected)) {
    errors.push(invalid("spec.selector", spec.selector, "`selector` not auto-generated"));
  }
}

function validate(job: Job): FieldError[] {
  const errors: FieldError[] = [];
  checkGenerated(job, errors);
  checkSpec(job, errors);
  checkHostnames(job, errors);
  return errors;
}

function checkSpec({ spec }: Job, errors: FieldError[]): void {
  checkJobSpec(spec, "spec", errors);
  if (spec.selector === undefined) errors.push(required("spec.selector"));
  checkLabelSelector(spec.selector, "spec.selector", errors);
  const labels = spec.template?.metadata?.labels;
  if (spec.selector && !selectorMatches(spec.selector, labels)) {
    const why = "`selector` does not match template `labels`";
    errors.push(invalid("spec.template.metadata.labels", labels ?? null, why));
  }
}

/** The Pods of an indexed Job have its name and their index as hostname. */
function checkHostnames({ metadata, spec }: Job, errors: FieldError[]): void {
  if (spec.completionMode !== "Indexed" || !spec.completions) return;
  const longest = `${metadata.name}-${spec.completions - 1}`;
  if (isDns1123Label(longest).length === 0) return;
  const why = `will not able to create pod with invalid DNS label: ${longest}`;
  errors.push(invalid("metadata.name", metadata.name, why));
}

/** Upstream looks at the spec twice: as that of a new Job, and as the one that takes the place of the old. */
function validateUpdate(job: Job, old: Job): FieldError[] {
  const errors = validate(job);
  checkSpec(job, errors);
  const { spec } = job;
  checkCompletions(spec, old.spec, errors);
  checkImmutable(spec.selector, old.spec.selector, "spec.selector", errors);
  if (!sameMeaning(templateToCompare(job, old), old.spec.template)) {
    errors.push(invalid("spec.template", spec.template, "field is immutable"));
  }
  checkImmutable(spec.completionMode, old.spec.completionMode, "spec.completionMode", errors);
  checkImmutable(spec.podFailurePolicy, old.spec.podFailurePolicy, "spec.podFailurePolicy", errors);
  checkImmutable(spec.backoffLimitPerIndex, old.spec.backoffLimitPerIndex, "spec.backoffLimitPerIndex", errors);
  checkImmutable(spec.managedBy, old.spec.managedBy, "spec.managedBy", errors);
  checkImmutable(spec.successPolicy, old.spec.successPolicy, "spec.successPolicy", errors);
  return errors;
}

/** An indexed Job may grow and shrink if as many Pods run at once as there are indexes, before and after. */
function checkCompletions(spec: JobSpec, old: JobSpec, errors: FieldError[]): void {
  if (spec.completions === old.completions) return;
  if (old.completionMode !== "Indexed") {
    errors.push(invalid("spec.completions", spec.completions, "field is immutable"));
  } else if (spec.completions !== spec.parallelism || old.completions !== old.parallelism) {
    errors.push(invalid("spec.completions", spec.completions, "can only be modified in tandem with spec.parallelism"));
  }
}

/** While a Job waits to be started, where its Pods will go may still be decided. */
function templateToCompare(job: Job, old: Job): PodTemplateSpec {
  const template = job.spec.template;
  const waiting = old.spec.suspend === true && old.status?.startTime === undefined;
  if (!waiting || template.spec === undefined) return template;
  const before: Partial<PodSpec> = old.spec.template.spec ?? {};
  const { nodeSelector, tolerations, affinity, schedulingGates } = before;
  const metadata = {
    ...template.metadata,
    labels: old.spec.template.metadata?.labels,
    annotations: old.spec.template.metadata?.annotations,
  };
  return { metadata, spec: { ...template.spec, nodeSelector, tolerations, affinity, schedulingGates } };
}

/** A Job without labels of its own has those of its template. */
function labelAsTemplate(job: Mutable<Job>): void {
  const labels = job.spec.template.metadata?.labels;
  if (labels && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels };
}

const strategy = specAndStatus<Job>(() => ({}));

export const jobRules: KindRules<Job> = {
  warnings(job, old) {
    const warnings = nameWarnings(job, old);
    if (isSpecNew(job, old)) warnings.push(...jobSpecWarnings(job.spec, "spec"));
    return warnings;
  },
  ...strategy,
  defaults(job) {
    defaultJobSpec(job.spec);
    labelAsTemplate(job);
  },
  validate,
  validateUpdate,
  validateStatusUpdate: checkJobStatus,
  prepareForCreate(job) {
    strategy.prepareForCreate(job);
    if (!job.spec.manualSelector) generateSelector(job);
  },
  readBack: labelAsTemplate,
  selectableFields({ status }) {
    return { "status.successful": String(status?.succeeded ?? 0) };
  },
};
