/** CronJob. */
import type { CronJob, JobSpec } from "@skiff/api/batch/v1";
import { isSpecNew, nameWarnings } from "../apps/template-warnings.ts";
import { defaultPodTemplate } from "../core/pod-spec-defaults.ts";
import { type FieldError, invalid, required } from "../field-error.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { checkNonNegative } from "../meta/numbers.ts";
import { checkOneOf } from "../meta/one-of.ts";
import { specAndStatus } from "../strategy.ts";
import { whatIsWrongWithSchedule } from "./cron-schedule.ts";
import { checkJobSpec, checkNoSelector } from "./job-spec.ts";
import { jobSpecWarnings } from "./job-warnings.ts";

/** A Job's name is that of its CronJob, a dash and ten digits, and must be usable as a label. */
const LONGEST_NAME = 52;

function validate(cronJob: CronJob): FieldError[] {
  const errors: FieldError[] = [];
  const { spec, metadata } = cronJob;
  if (!spec.schedule) errors.push(required("spec.schedule"));
  else checkSchedule(spec.schedule, errors);
  checkNonNegative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds", errors);
  checkTimeZone(spec.timeZone, errors);
  checkOneOf(spec.concurrencyPolicy, ["Allow", "Forbid", "Replace"], "spec.concurrencyPolicy", errors);
  const job: JobSpec | undefined = spec.jobTemplate?.spec;
  if (job === undefined) errors.push(required("spec.jobTemplate.spec"));
  else {
    checkJobSpec(job, "spec.jobTemplate.spec", errors);
    checkNoSelector(job, "spec.jobTemplate.spec", errors);
  }
  checkNonNegative(spec.successfulJobsHistoryLimit, "spec.successfulJobsHistoryLimit", errors);
  checkNonNegative(spec.failedJobsHistoryLimit, "spec.failedJobsHistoryLimit", errors);
  if (metadata.name && metadata.name.length > LONGEST_NAME) {
    errors.push(invalid("metadata.name", metadata.name, `must be no more than ${LONGEST_NAME} characters`));
  }
  return errors;
}

function checkSchedule(schedule: string, errors: FieldError[]): void {
  if (schedule.includes("TZ")) {
    const why = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
    errors.push(invalid("spec.schedule", schedule, why));
    return;
  }
  const wrong = whatIsWrongWithSchedule(schedule);
  if (wrong !== undefined) errors.push(invalid("spec.schedule", schedule, wrong));
}

function checkTimeZone(zone: string | undefined, errors: FieldError[]): void {
  if (zone === undefined) return;
  const field = "spec.timeZone";
  if (zone === "") errors.push(invalid(field, zone, "timeZone must be nil or non-empty string"));
  else if (zone.toLowerCase() === "local") {
    errors.push(
      invalid(field, zone, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"),
    );
  } else if (!isTimeZone(zone)) errors.push(invalid(field, zone, `unknown time zone ${zone}`));
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export const cronJobRules: KindRules<CronJob> = {
  warnings(cronJob, old) {
    const warnings = nameWarnings(cronJob, old);
    if (isSpecNew(cronJob, old)) {
      warnings.push(...jobSpecWarnings(cronJob.spec.jobTemplate?.spec, "spec.jobTemplate.spec"));
    }
    if (cronJob.spec.schedule?.includes("TZ")) {
      const where = "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/";
      warnings.push(`CRON_TZ or TZ used in spec.schedule is not officially supported, see ${where} for more details`);
    }
    return warnings;
  },
  ...specAndStatus<CronJob>(() => ({})),
  defaults({ spec }) {
    spec.concurrencyPolicy ||= "Allow";
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    spec.jobTemplate ??= {};
    spec.jobTemplate.spec ??= {} as Mutable<JobSpec>;
    // The rest of a Job's defaults wait for the Job, but its template is filled in wherever it stands.
    defaultPodTemplate(spec.jobTemplate.spec);
  },
  validate,
  validateUpdate: validate,
};
