import type { ControllerRevision, StatefulSet } from "@skiff/api/apps/v1";
import type { Pod } from "@skiff/api/core/v1";
import { isAvailable, isFinished, isReady } from "../pod-state.ts";
import { REVISION_HASH } from "../revisions.ts";

export type Step =
  | { readonly do: "create"; readonly ordinal: number; readonly revision: ControllerRevision }
  | { readonly do: "delete"; readonly pod: Pod };

export interface Revisions {
  /** What pods ran before the roll-out under way, or the same as `update`. */
  readonly current: ControllerRevision;
  /** What they are to run. */
  readonly update: ControllerRevision;
}

/** The ordinal in the pod's name; undefined for a pod the set did not name. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const { name } = pod.metadata;
  const prefix = `${set.metadata.name}-`;
  const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}

/**
 * Decides the next moves for the pods of `set`: with OrderedReady one at a time, each waiting for the one before it to be
 * ready; with Parallel all at once. Updates go from the highest ordinal down, one pod at a time either way.
 */
export function plan(set: StatefulSet, pods: readonly Pod[], revisions: Revisions, now: number): Step[] {
  const start = set.spec.ordinals?.start ?? 0;
  const end = start + (set.spec.replicas ?? 1);
  const ordered = set.spec.podManagementPolicy !== "Parallel";
  const byOrdinal = new Map<number, Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  const healthy = (pod: Pod) => isHealthy(set, pod, now);
  const steps: Step[] = [];

  for (let ordinal = start; ordinal < end; ordinal++) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) steps.push({ do: "create", ordinal, revision: revisionFor(set, ordinal, revisions) });
    else if (isFinished(pod) && !pod.metadata.deletionTimestamp) steps.push({ do: "delete", pod });
    if (ordered && (!pod || !healthy(pod))) return steps;
  }

  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal < start || ordinal >= end)
    .toSorted(([a], [b]) => b - a);
  for (const [, pod] of condemned) {
    if (ordered && pod.metadata.deletionTimestamp) return steps;
    if (!pod.metadata.deletionTimestamp) steps.push({ do: "delete", pod });
    if (ordered) return steps;
  }
  if (steps.length > 0 || set.spec.updateStrategy?.type === "OnDelete") return steps;

  const partition = start + (set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
  for (let ordinal = end - 1; ordinal >= partition; ordinal--) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) continue;
    if (!runs(pod, revisions.update) && !pod.metadata.deletionTimestamp) return [{ do: "delete", pod }];
    if (!healthy(pod)) return [];
  }
  return [];
}

export function isHealthy(set: StatefulSet, pod: Pod, now: number): boolean {
  return (
    pod.status?.phase === "Running" &&
    !pod.metadata.deletionTimestamp &&
    isAvailable(pod, set.spec.minReadySeconds ?? 0, now)
  );
}

export function runs(pod: Pod, revision: ControllerRevision): boolean {
  return pod.metadata.labels?.[REVISION_HASH] === revision.metadata.name;
}

/** Below the partition, and where updates wait for deletion, pods come back as they were. */
function revisionFor(set: StatefulSet, ordinal: number, { current, update }: Revisions): ControllerRevision {
  const start = set.spec.ordinals?.start ?? 0;
  const strategy = set.spec.updateStrategy;
  if (strategy?.type === "OnDelete") return update;
  return ordinal < start + (strategy?.rollingUpdate?.partition ?? 0) ? current : update;
}

/** The status with the pods as they are. The update revision becomes the current one when every pod runs it and is ready. */
export function statusOf(set: StatefulSet, pods: readonly Pod[], { current, update }: Revisions, now: number) {
  const live = pods.filter((pod) => ordinalOf(set, pod) !== undefined && !isFinished(pod));
  const ready = live.filter((pod) => pod.status?.phase === "Running" && isReady(pod)).length;
  const settled = live.filter((pod) => !pod.metadata.deletionTimestamp);
  const updated = settled.filter((pod) => runs(pod, update)).length;
  const complete = updated === live.length && ready === live.length && live.length === (set.spec.replicas ?? 1);
  return {
    observedGeneration: set.metadata.generation,
    replicas: live.length,
    readyReplicas: ready,
    availableReplicas: live.filter((pod) => isHealthy(set, pod, now)).length,
    currentReplicas: complete ? updated : settled.filter((pod) => runs(pod, current)).length,
    updatedReplicas: updated,
    currentRevision: complete ? update.metadata.name : current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
    ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
  };
}
