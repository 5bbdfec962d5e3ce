import { apiVersionOf } from "@skiff/api";
import type { CronJob, CronJobStatus, Job } from "@skiff/api/batch/v1";
import { jobs as jobResource } from "@skiff/api/resources";
import { timestamp } from "@skiff/client";
import { conditionOf, isJobFinished } from "../job/plan.ts";
import type { Schedule } from "./schedule.ts";

/** After this many missed times in a row nobody counts any further. */
const TOO_MANY_MISSED = 100;

export interface Plan {
  /** The time to start a Job for, in milliseconds since 1970. */
  readonly start: number | undefined;
  readonly delete: readonly Job[];
  readonly status: CronJobStatus;
  /** The latest time was due while another Job ran, and the policy forbids two. */
  readonly forbidden: boolean;
  readonly tooManyMissed: boolean;
  readonly nextInMs: number | undefined;
}

/** Decides whether a Job of `cronJob` is due, which go, and what its status says; `owned` are its Jobs. */
export function plan(cronJob: CronJob, schedule: Schedule, owned: readonly Job[], now: number): Plan {
  const { concurrencyPolicy = "Allow", suspend } = cronJob.spec;
  const running = owned.filter((job) => !isJobFinished(job) && !job.metadata.deletionTimestamp);
  const { latest, missed } = lastDue(cronJob, schedule, now);
  const next = schedule.next(now);
  const surplus = surplusHistory(cronJob, owned);
  const nextInMs = next === undefined || suspend ? undefined : next - now + 100;
  const last = Date.parse(cronJob.status?.lastScheduleTime ?? "") || 0;
  const due = !suspend && !cronJob.metadata.deletionTimestamp && latest !== undefined && latest > last;
  const forbidden = due && concurrencyPolicy === "Forbid" && running.length > 0;
  const start = due && !forbidden ? latest : undefined;
  const replaced = start !== undefined && concurrencyPolicy === "Replace" ? running : [];
  const active = running.filter((job) => !replaced.includes(job));
  return {
    start,
    delete: [...surplus, ...replaced],
    forbidden,
    tooManyMissed: missed > TOO_MANY_MISSED,
    nextInMs,
    status: statusOf(cronJob, owned, active, start),
  };
}

/** The latest time that is due and not too late, and how many were missed before it. */
function lastDue(cronJob: CronJob, schedule: Schedule, now: number): { latest: number | undefined; missed: number } {
  const { lastScheduleTime } = cronJob.status ?? {};
  const since = Date.parse(lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? "") || now;
  const { startingDeadlineSeconds } = cronJob.spec;
  const earliest =
    startingDeadlineSeconds === undefined ? since : Math.max(since, now - startingDeadlineSeconds * 1000);
  let latest: number | undefined;
  let missed = -1;
  let from = earliest;
  for (let time = schedule.next(from); time !== undefined && time <= now; time = schedule.next(from)) {
    latest = time;
    from = time;
    missed++;
    // A clock that jumped, or a long outage: only the latest counts, so look from shortly before now.
    if (missed === TOO_MANY_MISSED + 1) {
      const step = (schedule.next(time) ?? time) - time;
      from = Math.max(from, now - 2 * step);
    }
  }
  return { latest, missed: Math.max(0, missed) };
}

function surplusHistory(cronJob: CronJob, owned: readonly Job[]): Job[] {
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = cronJob.spec;
  const beyond = (type: string, limit: number) =>
    owned
      .filter((job) => conditionOf(job, type) && !job.metadata.deletionTimestamp)
      .toSorted((a, b) => startOf(b) - startOf(a))
      .slice(limit);
  return [...beyond("Complete", successfulJobsHistoryLimit), ...beyond("Failed", failedJobsHistoryLimit)];
}

function startOf(job: Job): number {
  return Date.parse(job.status?.startTime ?? job.metadata.creationTimestamp ?? "") || 0;
}

function statusOf(
  cronJob: CronJob,
  owned: readonly Job[],
  active: readonly Job[],
  start: number | undefined,
): CronJobStatus {
  const ends = owned.map((job) => job.status?.completionTime).filter((time) => time !== undefined);
  const lastSuccessfulTime = [...ends, cronJob.status?.lastSuccessfulTime]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
  const lastScheduleTime = start === undefined ? cronJob.status?.lastScheduleTime : timestamp(start);
  const references = active.map(({ metadata: { namespace, name, uid, resourceVersion } }) => {
    return { kind: "Job", apiVersion: apiVersionOf(jobResource), namespace, name, uid, resourceVersion };
  });
  return {
    ...(references.length > 0 ? { active: references } : {}),
    ...(lastScheduleTime ? { lastScheduleTime } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
  };
}
