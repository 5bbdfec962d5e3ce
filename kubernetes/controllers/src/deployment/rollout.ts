import type { Deployment, ReplicaSet } from "@skiff/api/apps/v1";
import { sized } from "./new-replica-set.ts";
import { isRolling, isUp, maxSurge, maxUnavailable, oldestFirst, replicasOf, sum } from "./sizes.ts";

/** The sets of a Deployment, as they are or as they should be. */
export interface Sets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export function allOf({ current, old }: Sets): readonly ReplicaSet[] {
  return current ? [...old, current] : old;
}

/** How many pods the current set may have now, given what the others have. */
export function allowedSize(deployment: Deployment, sets: Sets): number {
  const wanted = replicasOf(deployment);
  if (!isRolling(deployment)) return wanted;
  const has = sets.current ? replicasOf(sets.current) : 0;
  const room = wanted + maxSurge(deployment) - sum(allOf(sets), replicasOf);
  return room <= 0 ? has : has + Math.min(room, wanted - has);
}

/** The next move of a rolling update: the new set grows as far as the surge allows, else the old ones shrink. */
export function rollOn(deployment: Deployment, sets: Sets): Sets {
  const { current } = sets;
  if (!current) return sets;
  const size = Math.min(replicasOf(deployment), allowedSize(deployment, sets));
  if (size !== replicasOf(current)) return { ...sets, current: sized(deployment, current, size) };
  return shrinkOld(deployment, sets, current);
}

function shrinkOld(deployment: Deployment, sets: Sets, current: ReplicaSet): Sets {
  const least = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = replicasOf(current) - (current.status?.availableReplicas ?? 0);
  let spare = sum(allOf(sets), replicasOf) - least - newUnavailable;
  if (spare <= 0 || !sets.old.some(isUp)) return sets;

  // Pods that do not serve go first: nobody misses them.
  const healthier = sets.old.toSorted(oldestFirst).map((set) => {
    const broken = Math.max(0, replicasOf(set) - (set.status?.availableReplicas ?? 0));
    const less = Math.min(spare, broken);
    if (less <= 0) return set;
    spare -= less;
    return sized(deployment, set, replicasOf(set) - less);
  });

  let surplus = sum(allOf(sets), (set) => set.status?.availableReplicas) - least;
  const old = healthier.map((set) => {
    const less = Math.min(replicasOf(set), Math.max(0, surplus));
    if (less <= 0) return set;
    surplus -= less;
    return sized(deployment, set, replicasOf(set) - less);
  });
  return { ...sets, old };
}

/** The next move of a Recreate: every old set to nothing, and only once `oldPodsRun` is false the new one to full size. */
export function recreate(deployment: Deployment, sets: Sets, oldPodsRun: boolean): Sets {
  if (sets.old.some(isUp)) {
    return { ...sets, old: sets.old.map((set) => (isUp(set) ? sized(deployment, set, 0) : set)) };
  }
  const wanted = replicasOf(deployment);
  if (oldPodsRun || !sets.current || replicasOf(sets.current) === wanted) return sets;
  return { ...sets, current: sized(deployment, sets.current, wanted) };
}
