import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "@skiff/api/apps/v1";
import { sameValue } from "../canonical-json.ts";
import { findCurrent, makeCurrent, marked, sized } from "./new-replica-set.ts";
import { resize, wasResized } from "./proportional.ts";
import { allOf, allowedSize, recreate, rollOn, type Sets } from "./rollout.ts";
import { isRolling, isUp, replicasOf, revisionOf } from "./sizes.ts";
import { conditionOf, hasDeadline, isComplete, rolloutStatus, statusOf, withCondition } from "./status.ts";

export type Step =
  | { readonly do: "create"; readonly set: ReplicaSet }
  | { readonly do: "update"; readonly set: ReplicaSet; readonly from: number }
  | { readonly do: "delete"; readonly set: ReplicaSet };

export interface Plan {
  readonly steps: readonly Step[];
  /** The status once the steps are done. */
  readonly status: DeploymentStatus;
  /** The revision the Deployment is at, to be noted on it; 0 where it has none yet. */
  readonly revision: number;
}

/**
 * Decides the next move of `deployment`, whose sets are `sets`; `oldPodsRun` tells whether pods of other sets than the
 * current one still run. One move at a time, as upstream: what the sets report decides when the next one comes.
 */
export function plan(deployment: Deployment, sets: readonly ReplicaSet[], oldPodsRun: boolean, now: number): Plan {
  const found = findCurrent(deployment, sets);
  const before: Sets = { current: found, old: sets.filter((set) => set !== found) };
  const noted = { ...before, current: found && marked(deployment, found, before.old) };
  const conditions = pauseConditions(deployment, now);

  if (deployment.metadata.deletionTimestamp)
    return { steps: [], revision: revisionOf(deployment), status: statusOf(deployment, before, conditions, now) };
  if (deployment.spec.paused || wasResized(deployment, before)) {
    const after = resize(deployment, noted);
    const steps = stepsBetween(deployment, before, after, deployment.spec.paused === true);
    return { steps, revision: revisionOf(after.current), status: statusOf(deployment, after, conditions, now) };
  }

  const ready = withCurrent(deployment, noted, oldPodsRun);
  const after = isRolling(deployment) ? rollOn(deployment, ready) : recreate(deployment, ready, oldPodsRun);
  const told = announced(deployment, conditions, before.current, after.current, now);
  const status = statusOf(deployment, after, told, now);
  const arrived = isComplete(deployment, deployment.status ?? {});
  return {
    revision: revisionOf(after.current),
    steps: stepsBetween(deployment, before, after, arrived),
    status: rolloutStatus(deployment, after, status, now),
  };
}

/** Makes the current set where it is missing; a Recreate makes it only when nothing else is left. */
function withCurrent(deployment: Deployment, sets: Sets, oldPodsRun: boolean): Sets {
  if (sets.current) return sets;
  if (!isRolling(deployment) && (oldPodsRun || sets.old.some(isUp))) return sets;
  const made = makeCurrent(deployment, sets.old);
  return { ...sets, current: sized(deployment, made, allowedSize(deployment, { ...sets, current: made })) };
}

function announced(
  deployment: Deployment,
  conditions: readonly DeploymentCondition[],
  before: ReplicaSet | undefined,
  after: ReplicaSet | undefined,
  now: number,
): readonly DeploymentCondition[] {
  if (!after || !hasDeadline(deployment)) return conditions;
  const named = (reason: string, message: string) => ({ type: "Progressing", status: "True", reason, message });
  if (!before) {
    const message = `Created new replica set "${after.metadata.name}"`;
    return withCondition(conditions, now, named("NewReplicaSetCreated", message));
  }
  if (conditionOf(conditions, "Progressing")) return conditions;
  return withCondition(conditions, now, named("FoundNewReplicaSet", `Found new replica set "${after.metadata.name}"`));
}

function pauseConditions(deployment: Deployment, now: number): readonly DeploymentCondition[] {
  const conditions = deployment.status?.conditions ?? [];
  const reason = conditionOf(conditions, "Progressing")?.reason;
  if (!hasDeadline(deployment) || reason === "ProgressDeadlineExceeded") return conditions;
  const said = (now_: string, message: string) =>
    withCondition(conditions, now, { type: "Progressing", status: "Unknown", reason: now_, message });
  if (deployment.spec.paused && reason !== "DeploymentPaused") return said("DeploymentPaused", "Deployment is paused");
  if (!deployment.spec.paused && reason === "DeploymentPaused")
    return said("DeploymentResumed", "Deployment is resumed");
  return conditions;
}

function stepsBetween(deployment: Deployment, before: Sets, after: Sets, clean: boolean): Step[] {
  const was = new Map(allOf(before).map((set) => [set.metadata.name, set]));
  const steps: Step[] = [];
  for (const set of allOf(after)) {
    const old = was.get(set.metadata.name);
    if (!old) steps.push({ do: "create", set });
    else if (!sameValue(old, set)) steps.push({ do: "update", set, from: replicasOf(old) });
  }
  if (clean) for (const set of surplusHistory(deployment, after.old)) steps.push({ do: "delete", set });
  return steps;
}

/** The oldest revisions beyond `revisionHistoryLimit`, as far as nothing of them is left. */
function surplusHistory(deployment: Deployment, old: readonly ReplicaSet[]): ReplicaSet[] {
  const kept = deployment.spec.revisionHistoryLimit ?? 10;
  const alive = old.filter((set) => !set.metadata.deletionTimestamp);
  return alive
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, Math.max(0, alive.length - kept))
    .filter((set) => {
      const seen = (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);
      return replicasOf(set) === 0 && (set.status?.replicas ?? 0) === 0 && seen;
    });
}
