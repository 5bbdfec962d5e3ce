import type { Job, JobStatus } from "@skiff/api/batch/v1";
import type { Pod } from "@skiff/api/core/v1";
import { isActive, isReady } from "../pod-state.ts";
import { formatIndexes, parseIndexes } from "./indexes.ts";

/** Keeps a finished pod until its Job has counted it. */
export const TRACKING = "batch.kubernetes.io/job-tracking";
export const INDEX = "batch.kubernetes.io/job-completion-index";

/** How far a Job has got. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Indexed Jobs only. */
  readonly completedIndexes: ReadonlySet<number>;
  /** Finished pods that the status below notes: once it is written they may go. */
  readonly release: readonly Pod[];
  /** Whether every finished pod is counted for good. */
  readonly settled: boolean;
  readonly status: JobStatus;
}

export function isIndexed(job: Job): boolean {
  return job.spec.completionMode === "Indexed";
}

export function indexOf(pod: Pod): number {
  return Number(pod.metadata.annotations?.[INDEX] ?? Number.NaN);
}

export function hasTracking(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) ?? false;
}

/**
 * Counts the pods of `job` exactly once each, whenever the process dies: a finished pod is first noted by uid in the
 * status; then it loses its finalizer; once that is seen, its uid moves into the count.
 */
export function tally(job: Job, pods: readonly Pod[]): Tally {
  const status = job.status ?? {};
  const noted = status.uncountedTerminatedPods ?? {};
  const tracked = new Map(pods.filter(hasTracking).map((pod) => [pod.metadata.uid ?? "", pod]));
  const pending = { succeeded: new Set<string>(), failed: new Set<string>() };
  let [succeeded, failed] = [status.succeeded ?? 0, status.failed ?? 0];
  for (const uid of noted.succeeded ?? []) tracked.has(uid) ? pending.succeeded.add(uid) : succeeded++;
  for (const uid of noted.failed ?? []) tracked.has(uid) ? pending.failed.add(uid) : failed++;

  const count = job.spec.completions ?? 0;
  const indexes = isIndexed(job) ? parseIndexes(status.completedIndexes, count) : new Set<number>();
  const release: Pod[] = [];
  for (const [uid, pod] of tracked) {
    const outcome = outcomeOf(job, pod);
    if (!outcome) continue;
    release.push(pod);
    if (outcome === "failed") pending.failed.add(uid);
    else if (!isIndexed(job)) pending.succeeded.add(uid);
    else if (indexOf(pod) < count) indexes.add(indexOf(pod));
  }
  if (isIndexed(job)) succeeded = indexes.size;

  const active = pods.filter(isActive);
  const terminating = pods.filter((pod) => pod.metadata.deletionTimestamp && !isDone(pod)).length;
  return {
    active,
    terminating,
    succeeded: succeeded + pending.succeeded.size,
    failed: failed + pending.failed.size,
    completedIndexes: indexes,
    release,
    settled: release.length === 0 && pending.succeeded.size + pending.failed.size === 0,
    status: {
      ...status,
      active: active.length,
      ready: active.filter(isReady).length,
      terminating,
      succeeded,
      failed,
      ...(isIndexed(job) ? { completedIndexes: formatIndexes(indexes) } : {}),
      uncountedTerminatedPods: {
        ...(pending.succeeded.size > 0 ? { succeeded: [...pending.succeeded] } : {}),
        ...(pending.failed.size > 0 ? { failed: [...pending.failed] } : {}),
      },
    },
  };
}

function isDone(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** A pod on its way out counts as failed, unless its Job replaces pods only once they have failed. */
function outcomeOf(job: Job, pod: Pod): "succeeded" | "failed" | undefined {
  if (pod.status?.phase === "Succeeded") return "succeeded";
  if (pod.status?.phase === "Failed") return "failed";
  const going = pod.metadata.deletionTimestamp !== undefined && job.spec.podReplacementPolicy !== "Failed";
  return going || (pod.metadata.deletionTimestamp && job.metadata.deletionTimestamp) ? "failed" : undefined;
}
