import type { Deployment, ReplicaSet } from "@skiff/api/apps/v1";
import { sized } from "./new-replica-set.ts";
import { allOf, type Sets } from "./rollout.ts";
import {
  createdAt,
  DESIRED_REPLICAS,
  isRolling,
  isUp,
  MAX_REPLICAS,
  maxSurge,
  oldestFirst,
  replicasOf,
  sum,
} from "./sizes.ts";

/** Whether the Deployment's size was changed since its sets were last sized. */
export function wasResized(deployment: Deployment, sets: Sets): boolean {
  const wanted = String(replicasOf(deployment));
  return allOf(sets).some((set) => {
    const noted = set.metadata.annotations?.[DESIRED_REPLICAS];
    return isUp(set) && noted !== undefined && noted !== wanted;
  });
}

/**
 * Follows a change of the Deployment's size without rolling on. A single set takes it all; in the middle of a roll-out
 * every set takes a share in proportion to its size, so that a change of size does not change the risk.
 */
export function resize(deployment: Deployment, sets: Sets): Sets {
  const wanted = replicasOf(deployment);
  const only = onlySet(sets);
  if (only) return replicasOf(only) === wanted ? sets : replace(sets, [sized(deployment, only, wanted)]);
  if (isSaturated(deployment, sets.current)) {
    return { ...sets, old: sets.old.map((set) => (isUp(set) ? sized(deployment, set, 0) : set)) };
  }
  return isRolling(deployment) ? replace(sets, shares(deployment, allOf(sets).filter(isUp))) : sets;
}

/** The one set with pods or, where none has any, the latest; undefined when several have. */
function onlySet(sets: Sets): ReplicaSet | undefined {
  const up = allOf(sets).filter(isUp);
  if (up.length > 1) return undefined;
  return up[0] ?? sets.current ?? sets.old.toSorted(oldestFirst).at(-1);
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const wanted = replicasOf(deployment);
  if (!current || current.metadata.annotations?.[DESIRED_REPLICAS] !== String(wanted)) return false;
  return replicasOf(current) === wanted && current.status?.availableReplicas === wanted;
}

function shares(deployment: Deployment, up: readonly ReplicaSet[]): ReplicaSet[] {
  const wanted = replicasOf(deployment);
  const toAdd = (wanted > 0 ? wanted + maxSurge(deployment) : 0) - sum(up, replicasOf);
  // Larger sets first; of equals, growth favours the newer set and shrinking takes from the older.
  const byAge = (a: ReplicaSet, b: ReplicaSet) =>
    toAdd > 0 ? createdAt(b) - createdAt(a) : createdAt(a) - createdAt(b);
  const ordered = up.toSorted((a, b) => replicasOf(b) - replicasOf(a) || byAge(a, b));
  let added = 0;
  const sizes = ordered.map((set) => {
    const left = toAdd - added;
    const share = fraction(deployment, set);
    const part = toAdd > 0 ? Math.min(share, left) : Math.max(share, left);
    if (left === 0) return replicasOf(set);
    added += part;
    return replicasOf(set) + part;
  });
  // What rounding left over goes to the largest.
  if (sizes[0] !== undefined) sizes[0] = Math.max(0, sizes[0] + toAdd - added);
  return ordered.map((set, at) => sized(deployment, set, sizes[at] ?? 0));
}

function fraction(deployment: Deployment, set: ReplicaSet): number {
  const has = replicasOf(set);
  if (replicasOf(deployment) === 0) return -has;
  const before = Number(set.metadata.annotations?.[MAX_REPLICAS]) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((has * (replicasOf(deployment) + maxSurge(deployment))) / before) - has;
}

function replace(sets: Sets, next: readonly ReplicaSet[]): Sets {
  const byName = new Map(next.map((set) => [set.metadata.name, set]));
  return {
    current: sets.current && (byName.get(sets.current.metadata.name) ?? sets.current),
    old: sets.old.map((set) => byName.get(set.metadata.name) ?? set),
  };
}
