import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "@skiff/api/apps/v1";
import { timestamp } from "@skiff/client";
import { allOf, type Sets } from "./rollout.ts";
import { maxUnavailable, replicasOf, sum } from "./sizes.ts";

type Conditions = readonly DeploymentCondition[];

/** Upstream's value for "no deadline": the largest 32-bit number. */
const NO_DEADLINE = 2_147_483_647;

export function hasDeadline(deployment: Deployment): boolean {
  const { progressDeadlineSeconds } = deployment.spec;
  return progressDeadlineSeconds !== undefined && progressDeadlineSeconds !== NO_DEADLINE;
}

export function conditionOf(conditions: Conditions | undefined, type: string): DeploymentCondition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** `conditions` with this one; unchanged where it says the same already. The transition time moves with the status only. */
export function withCondition(
  conditions: Conditions,
  now: number,
  { type, status, reason, message }: { type: string; status: string; reason: string; message: string },
): Conditions {
  const present = conditionOf(conditions, type);
  if (present?.status === status && present.reason === reason) return conditions;
  const at = timestamp(now);
  const lastTransitionTime = present?.status === status ? present.lastTransitionTime : at;
  const others = conditions.filter((condition) => condition.type !== type);
  return [...others, { type, status, lastUpdateTime: at, lastTransitionTime, reason, message }];
}

/** The counts and the Available condition; `conditions` are those to start from. */
export function statusOf(deployment: Deployment, sets: Sets, conditions: Conditions, now: number): DeploymentStatus {
  const all = allOf(sets);
  const available = sum(all, (set) => set.status?.availableReplicas);
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const { collisionCount } = deployment.status ?? {};
  return {
    observedGeneration: deployment.metadata.generation,
    replicas: sum(all, (set) => set.status?.replicas),
    updatedReplicas: sets.current?.status?.replicas ?? 0,
    readyReplicas: sum(all, (set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - available),
    terminatingReplicas: sum(all, (set) => set.status?.terminatingReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withCondition(
      conditions,
      now,
      enough
        ? {
            type: "Available",
            status: "True",
            reason: "MinimumReplicasAvailable",
            message: "Deployment has minimum availability.",
          }
        : {
            type: "Available",
            status: "False",
            reason: "MinimumReplicasUnavailable",
            message: "Deployment does not have minimum availability.",
          },
    ),
  };
}

/** Whether the roll-out has arrived: every wanted pod is of the current template and available, and no other is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment);
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status;
  return (
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    observedGeneration >= (deployment.metadata.generation ?? 0)
  );
}

/** `status` with what a roll-out adds to it: how it gets on, and why pods can't be made. */
export function rolloutStatus(
  deployment: Deployment,
  sets: Sets,
  status: DeploymentStatus,
  now: number,
): DeploymentStatus {
  let conditions = status.conditions ?? [];
  if (!hasDeadline(deployment)) conditions = conditions.filter(({ type }) => type !== "Progressing");
  else conditions = withProgress(deployment, sets.current, status, conditions, now);

  const failure = failureOf(sets);
  if (failure) conditions = withCondition(conditions, now, failure);
  else conditions = conditions.filter(({ type }) => type !== "ReplicaFailure");
  return { ...status, conditions };
}

function withProgress(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  status: DeploymentStatus,
  conditions: Conditions,
  now: number,
): Conditions {
  const present = conditionOf(conditions, "Progressing");
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  if (status.replicas === status.updatedReplicas && present?.reason === "NewReplicaSetAvailable") return conditions;

  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(conditions, now, {
      type: "Progressing",
      status: "True",
      reason: "NewReplicaSetAvailable",
      message,
    });
  }
  if (hasProgressed(deployment.status ?? {}, status)) {
    const at = timestamp(now);
    const lastTransitionTime = present?.status === "True" ? present.lastTransitionTime : at;
    const message = `${subject} is progressing.`;
    const others = conditions.filter(({ type }) => type !== "Progressing");
    // Written anew each time: its update time is what the deadline counts from.
    const condition = { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message };
    return [...others, { ...condition, lastUpdateTime: at, lastTransitionTime }];
  }
  if (isTimedOut(deployment, conditions, now)) {
    const message = `${subject} has timed out progressing.`;
    return withCondition(conditions, now, {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message,
    });
  }
  return conditions;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus) => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isTimedOut(deployment: Deployment, conditions: Conditions, now: number): boolean {
  const reason = conditionOf(conditions, "Progressing")?.reason;
  if (reason === "ProgressDeadlineExceeded") return true;
  return reason !== "NewReplicaSetAvailable" && (deadlineInMs(deployment, conditions, now) ?? 1) < 0;
}

function deadlineInMs(deployment: Deployment, conditions: Conditions, now: number): number | undefined {
  const present = conditionOf(conditions, "Progressing");
  if (!present || !hasDeadline(deployment)) return undefined;
  return Date.parse(present.lastUpdateTime ?? "") + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - now;
}

/** In how many milliseconds to look whether the roll-out got stuck; undefined when it has arrived or is stuck already. */
export function lookAgainInMs(deployment: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const reason = conditionOf(status.conditions, "Progressing")?.reason;
  if (isComplete(deployment, status) || reason === "ProgressDeadlineExceeded" || deployment.spec.paused)
    return undefined;
  const left = deadlineInMs(deployment, status.conditions ?? [], now);
  return left === undefined ? undefined : Math.max(0, left) + 1000;
}

function failureOf(sets: Sets) {
  const ordered = sets.current ? [sets.current, ...sets.old] : sets.old;
  for (const set of ordered) {
    const found = set.status?.conditions?.find(({ type }) => type === "ReplicaFailure");
    if (found)
      return { type: found.type, status: found.status, reason: found.reason ?? "", message: found.message ?? "" };
  }
  return undefined;
}
