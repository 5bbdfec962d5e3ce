/** The status of a Job: what its controller, whoever that is, may say of it. */
import type { Job } from "@skiff/api/batch/v1";
import { checkCounts } from "../apps/workload.ts";
import { type FieldError, invalid, omittedValue, required } from "../field-error.ts";

const TERMINAL = ["Failed", "Complete"] as const;
type ConditionType = (typeof TERMINAL)[number] | "FailureTarget" | "SuccessCriteriaMet";

function has({ status }: Job, wanted: ConditionType): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === wanted && value === "True") ?? false;
}

function isFinished(job: Job): boolean {
  return TERMINAL.some((type) => has(job, type));
}

/** What is wrong with the new status. Rules are applied where what they are about has changed. */
export function checkJobStatus(job: Job, old: Job): FieldError[] {
  const errors: FieldError[] = [];
  checkCounts(job.status, ["active", "succeeded", "failed", "ready", "terminating"], errors);
  checkKeptConditions(job, old, errors);
  checkConditions(job, old, errors);
  checkTimes(job, old, errors);
  if (isFinished(job) && !isFinished(old)) checkFinished(job, errors);
  const { active = 0, ready = 0, failed = 0 } = job.status ?? {};
  const isCountNew = active !== (old.status?.active ?? 0) || ready !== (old.status?.ready ?? 0);
  if (isCountNew && ready > active) {
    errors.push(invalid("status.ready", ready, "cannot set more ready pods than active"));
  }
  if (failed < (old.status?.failed ?? 0)) {
    errors.push(invalid("status.failed", failed, "cannot decrease the failed counter"));
  }
  return errors;
}

function checkKeptConditions(job: Job, old: Job, errors: FieldError[]): void {
  const terminal: readonly ConditionType[] = [...TERMINAL];
  for (const type of terminal) {
    if (!has(old, type) || has(job, type)) continue;
    const why = `cannot disable the terminal ${type}=True condition`;
    errors.push(invalid("status.conditions", omittedValue, why));
  }
  for (const type of ["FailureTarget", "SuccessCriteriaMet"] as const) {
    if (!has(old, type) || has(job, type)) continue;
    errors.push(invalid("status.conditions", omittedValue, `cannot disable the ${type}=True condition`));
  }
}

function checkConditions(job: Job, old: Job, errors: FieldError[]): void {
  const isNew = (type: ConditionType): boolean => has(job, type) && !has(old, type);
  const refuse = (why: string): void => {
    errors.push(invalid("status.conditions", omittedValue, why));
  };
  const pairs: readonly (readonly [ConditionType, ConditionType])[] = [
    ["Complete", "Failed"],
    ["Complete", "FailureTarget"],
    ["SuccessCriteriaMet", "FailureTarget"],
    ["SuccessCriteriaMet", "Failed"],
  ];
  for (const [one, other] of pairs) {
    if ((isNew(one) || isNew(other)) && has(job, one) && has(job, other)) {
      refuse(`cannot set ${one}=True and ${other}=true conditions`);
    }
  }
  if (isNew("Failed") && !has(job, "FailureTarget")) {
    refuse("cannot set Failed=True condition without the FailureTarget=true condition");
  }
  if (isNew("Complete") && !has(job, "SuccessCriteriaMet")) {
    refuse("cannot set Complete=True condition without the SuccessCriteriaMet=true condition");
  }
}

function checkTimes(job: Job, old: Job, errors: FieldError[]): void {
  const { startTime, completionTime } = job.status ?? {};
  const { startTime: started, completionTime: completed } = old.status ?? {};
  const isComplete = has(job, "Complete");
  const isTimeNew = completionTime !== completed;
  if ((isTimeNew || isComplete !== has(old, "Complete")) && completionTime !== undefined && !isComplete) {
    const why = "cannot set completionTime when there is no Complete=True condition";
    errors.push(invalid("status.completionTime", completionTime, why));
  }
  if (isComplete && !has(old, "Complete") && completionTime === undefined) {
    errors.push(required("status.completionTime", "completionTime is required for Complete jobs"));
  }
  if (completed !== undefined && isTimeNew && has(old, "Complete")) {
    errors.push(invalid("status.completionTime", completionTime, "field is immutable"));
  }
  const isBefore = startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime);
  if (isBefore && (isTimeNew || startTime !== started)) {
    errors.push(invalid("status.completionTime", completionTime, "completionTime cannot be set before startTime"));
  }
  const mayRestart = old.spec.suspend === true || job.spec.suspend === true;
  if (started !== undefined && startTime !== started && !mayRestart) {
    const field = "status.startTime";
    if (startTime === undefined) errors.push(required(field, "startTime cannot be removed for unsuspended job"));
    else errors.push(invalid(field, startTime, "startTime cannot be modified for unsuspended job"));
  }
}

/** A Job that is over has no Pods any more. */
function checkFinished({ status }: Job, errors: FieldError[]): void {
  const { active = 0, terminating = 0, startTime, uncountedTerminatedPods: uncounted } = status ?? {};
  if (active > 0) errors.push(invalid("status.active", active, "active>0 is invalid for finished job"));
  if (terminating > 0) {
    errors.push(invalid("status.terminating", terminating, "terminating>0 is invalid for finished job"));
  }
  if (startTime === undefined) errors.push(required("status.startTime", "startTime is required for finished job"));
  if (uncounted?.succeeded?.length || uncounted?.failed?.length) {
    const why = "uncountedTerminatedPods needs to be empty for finished job";
    errors.push(invalid("status.uncountedTerminatedPods", uncounted, why));
  }
}
