import type { Deployment, ReplicaSet } from "@skiff/api/apps/v1";

export const REVISION = "deployment.kubernetes.io/revision";
export const REVISION_HISTORY = "deployment.kubernetes.io/revision-history";
export const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
export const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

/** How many pods a Deployment wants. */
export function replicasOf(object: Deployment | ReplicaSet): number {
  return object.spec.replicas ?? 1;
}

export function isRolling(deployment: Deployment): boolean {
  return (deployment.spec.strategy?.type ?? "RollingUpdate") === "RollingUpdate";
}

/** How many pods more than wanted may be there during a roll-out. */
export function maxSurge(deployment: Deployment): number {
  return isRolling(deployment) ? fenceposts(deployment).surge : 0;
}

/** How many of the wanted pods may be missing during a roll-out. */
export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  return isRolling(deployment) ? Math.min(fenceposts(deployment).unavailable, replicas) : 0;
}

// Percentages: surge rounds up, unavailability down; both zero would never get on.
function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  const replicas = replicasOf(deployment);
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const surge = absolute(rolling?.maxSurge ?? "25%", replicas, Math.ceil);
  const unavailable = absolute(rolling?.maxUnavailable ?? "25%", replicas, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** The number that `value` stands for: itself, or that percentage of `total`. */
export function absolute(value: number | string, total: number, round: (n: number) => number): number {
  if (typeof value === "number") return value;
  return round((Number.parseInt(value, 10) * total) / 100);
}

export function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (of(set) ?? 0), 0);
}

export function isUp(set: ReplicaSet): boolean {
  return replicasOf(set) > 0;
}

export function revisionOf(object: Deployment | ReplicaSet | undefined): number {
  return Number.parseInt(object?.metadata.annotations?.[REVISION] ?? "0", 10) || 0;
}

export function createdAt(set: ReplicaSet): number {
  return Date.parse(set.metadata.creationTimestamp ?? "") || 0;
}

export function oldestFirst(a: ReplicaSet, b: ReplicaSet): number {
  return createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1);
}
