import type { Job, JobCondition, JobStatus } from "@skiff/api/batch/v1";
import type { Pod } from "@skiff/api/core/v1";
import { timestamp } from "@skiff/client";
import { cheapestFirst } from "../replicaset/deletion-order.ts";
import { indexOf, isIndexed, tally } from "./tally.ts";

const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 600_000;
const BURST = 500;

export interface Plan {
  readonly status: JobStatus;
  /** Pods whose finalizer may go once the status is written. */
  readonly release: readonly Pod[];
  /** Pods to create: their completion indexes, or undefined each where the Job has none. */
  readonly create: readonly (number | undefined)[];
  readonly delete: readonly Pod[];
  /** Conditions that are new, to tell users of. */
  readonly news: readonly JobCondition[];
  readonly nextInMs: number | undefined;
}

export function conditionOf(job: Job, type: string): JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === "True");
}

export function isJobFinished(job: Job): boolean {
  return conditionOf(job, "Complete") !== undefined || conditionOf(job, "Failed") !== undefined;
}

/** Decides what the pods of `job` and its status become. */
export function plan(job: Job, pods: readonly Pod[], now: number): Plan {
  const count = tally(job, pods);
  const { release, active } = count;
  const nothing = { release, create: [], delete: [], news: [], nextInMs: undefined };
  if (isJobFinished(job) || job.metadata.deletionTimestamp)
    return { ...nothing, status: count.status, delete: isJobFinished(job) ? active : [] };

  const suspended = job.spec.suspend === true;
  const startTime = job.status?.startTime ?? (suspended ? undefined : timestamp(now));
  const target = targetOf(job, count, startTime, now);
  if (target) {
    const news = conditionOf(job, target.type) ? [] : [target];
    const over = active.length === 0 && count.terminating === 0 && count.settled;
    const ended = over ? [endOf(target, now)] : [];
    const conditions = [...(job.status?.conditions ?? []), ...news, ...ended];
    const completed = over && target.type === "SuccessCriteriaMet" ? { completionTime: timestamp(now) } : {};
    return {
      ...nothing,
      delete: active,
      news: ended,
      status: { ...count.status, startTime, ...completed, conditions },
    };
  }

  const { conditions, news } = suspension(job, now);
  const status = {
    ...count.status,
    startTime: suspended ? undefined : startTime,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  if (suspended) return { ...nothing, delete: active, news, status };
  return { ...nothing, ...balance(job, pods, count, now), news, status, nextInMs: nextLook(job, pods, startTime, now) };
}

type Count = ReturnType<typeof tally>;

/** Whether the Job's end is decided, and how. */
function targetOf(job: Job, count: Count, startTime: string | undefined, now: number): JobCondition | undefined {
  const { completions, backoffLimit = 6, activeDeadlineSeconds, suspend } = job.spec;
  const decided = conditionOf(job, "FailureTarget") ?? conditionOf(job, "SuccessCriteriaMet");
  if (decided) return decided;
  if (count.failed > backoffLimit || restartsOf(job, count.active) > backoffLimit) {
    return condition("FailureTarget", "BackoffLimitExceeded", "Job has reached the specified backoff limit", now);
  }
  const deadline =
    startTime && activeDeadlineSeconds !== undefined ? Date.parse(startTime) + activeDeadlineSeconds * 1000 : Infinity;
  if (!suspend && now >= deadline) {
    return condition("FailureTarget", "DeadlineExceeded", "Job was active longer than specified deadline", now);
  }
  const enough =
    completions === undefined ? count.succeeded > 0 && count.active.length === 0 : count.succeeded >= completions;
  if (!enough) return undefined;
  return condition("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", now);
}

function endOf(target: JobCondition, now: number): JobCondition {
  const type = target.type === "SuccessCriteriaMet" ? "Complete" : "Failed";
  return condition(type, target.reason ?? "", target.message ?? "", now);
}

function condition(type: string, reason: string, message: string, now: number, status = "True"): JobCondition {
  const at = timestamp(now);
  return { type, status, lastProbeTime: at, lastTransitionTime: at, reason, message };
}

/** Where containers restart in place, their restarts are the failures. */
function restartsOf(job: Job, active: readonly Pod[]): number {
  if (job.spec.template.spec?.restartPolicy !== "OnFailure") return 0;
  const statuses = active.flatMap((pod) => [
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.containerStatuses ?? []),
  ]);
  const restarts = statuses.reduce((total, { restartCount }) => total + restartCount, 0);
  // With a limit of 0 the first restart is one too many; otherwise reaching the limit is.
  return (job.spec.backoffLimit ?? 6) === 0 ? restarts : restarts > 0 ? restarts + 1 : 0;
}

function suspension(job: Job, now: number): { conditions: readonly JobCondition[]; news: JobCondition[] } {
  const conditions = job.status?.conditions ?? [];
  const present = conditions.find(({ type }) => type === "Suspended");
  const others = conditions.filter((each) => each !== present);
  if (job.spec.suspend && present?.status !== "True") {
    const news = condition("Suspended", "JobSuspended", "Job suspended", now);
    return { conditions: [...others, news], news: [news] };
  }
  if (!job.spec.suspend && present?.status === "True") {
    const news = condition("Suspended", "JobResumed", "Job resumed", now, "False");
    return { conditions: [...others, news], news: [news] };
  }
  return { conditions, news: [] };
}

/** Which pods to make and which to give up, to have as many at work as the Job wants now. */
function balance(job: Job, pods: readonly Pod[], count: Count, now: number) {
  const { parallelism = 1, completions } = job.spec;
  const { active, succeeded } = count;
  const left = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : completions - succeeded;
  const wanted = Math.min(parallelism, Math.max(0, left));
  const running = new Set(active.map(indexOf));
  const extra = isIndexed(job) ? active.filter((pod, at) => isSurplus(pod, at, active, count, completions ?? 0)) : [];
  const surplus = cheapestFirst(
    active.filter((pod) => !extra.includes(pod)),
    [],
    now,
  ).slice(0, Math.max(0, active.length - extra.length - wanted));
  if (extra.length + surplus.length > 0) return { delete: [...extra, ...surplus] };

  const inTheWay = job.spec.podReplacementPolicy === "Failed" ? count.terminating : 0;
  const missing = Math.min(wanted - active.length - inTheWay, BURST);
  if (missing <= 0 || backoffMs(pods, now) > 0) return {};
  if (!isIndexed(job)) return { create: new Array<undefined>(missing).fill(undefined) };
  const free: number[] = [];
  for (let index = 0; index < (completions ?? 0) && free.length < missing; index++) {
    if (!count.completedIndexes.has(index) && !running.has(index)) free.push(index);
  }
  return { create: free };
}

/** A pod of an index that is done, not wanted any more, or worked on by an earlier pod. */
function isSurplus(pod: Pod, at: number, active: readonly Pod[], count: Count, completions: number): boolean {
  const index = indexOf(pod);
  const twin = active.findIndex((other) => indexOf(other) === index) < at;
  return !(index < completions) || count.completedIndexes.has(index) || twin;
}

/** How much longer to wait before another pod: 10 s after a failure, doubling with each one in a row, at most 10 minutes. */
function backoffMs(pods: readonly Pod[], now: number): number {
  const ends = pods
    .map((pod) => ({ failed: pod.status?.phase === "Failed", at: finishedAt(pod) }))
    .filter(({ at }) => at > 0);
  const lastSuccess = Math.max(0, ...ends.filter(({ failed }) => !failed).map(({ at }) => at));
  const failures = ends.filter(({ failed, at }) => failed && at > lastSuccess);
  if (failures.length === 0) return 0;
  const wait = Math.min(FIRST_BACKOFF_MS * 2 ** (failures.length - 1), MAX_BACKOFF_MS);
  return Math.max(...failures.map(({ at }) => at)) + wait - now;
}

function finishedAt(pod: Pod): number {
  const { phase, containerStatuses = [], conditions = [] } = pod.status ?? {};
  if (phase !== "Failed" && phase !== "Succeeded") return 0;
  const ends = containerStatuses
    .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ""))
    .filter(Number.isFinite);
  const ready = Date.parse(conditions.find(({ type }) => type === "Ready")?.lastTransitionTime ?? "");
  return Math.max(0, ...(ends.length > 0 ? ends : [ready || Date.parse(pod.metadata.creationTimestamp ?? "") || 0]));
}

function nextLook(job: Job, pods: readonly Pod[], startTime: string | undefined, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  const looks = [backoffMs(pods, now)];
  if (activeDeadlineSeconds !== undefined && startTime)
    looks.push(Date.parse(startTime) + activeDeadlineSeconds * 1000 - now);
  const ahead = looks.filter((ms) => ms > 0);
  return ahead.length > 0 ? Math.min(...ahead) : undefined;
}
