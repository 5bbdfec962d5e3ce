import type { ObjectMeta, OwnerReference } from "@skiff/api/meta/v1";

export const FOREGROUND = "foregroundDeletion";
export const ORPHAN = "orphan";

/**
 * What is known of an owner: it is there; it is gone; or it is being deleted and waits for what it owns. "unknown" is an
 * owner of a kind this server does not have: it may be there.
 */
export type OwnerState = "solid" | "absent" | "waiting" | "unknown";

export type Step =
  | { readonly do: "delete"; readonly policy: "Background" | "Foreground" | "Orphan" }
  /** Write these owner references in place of the present ones. */
  | { readonly do: "setOwners"; readonly owners: readonly OwnerReference[] }
  | { readonly do: "removeFinalizer"; readonly finalizer: string }
  /** Take this object off the owners of everything it owns. */
  | { readonly do: "orphanDependents" };

export interface Item {
  readonly metadata: ObjectMeta;
}

/** Decides what becomes of `item`, given the state of each of its owners and what it owns. */
export function plan(item: Item, stateOf: (owner: OwnerReference) => OwnerState, dependents: readonly Item[]): Step[] {
  const { uid = "", deletionTimestamp, finalizers = [], ownerReferences: owners = [] } = item.metadata;
  if (deletionTimestamp && finalizers.includes(ORPHAN)) {
    return [{ do: "orphanDependents" }, { do: "removeFinalizer", finalizer: ORPHAN }];
  }
  if (isWaiting(item)) {
    const blocked = dependents.some((dependent) => blocks(dependent, uid));
    return blocked ? [] : [{ do: "removeFinalizer", finalizer: FOREGROUND }];
  }
  if (deletionTimestamp || owners.length === 0) return [];

  const states = owners.map((owner) => ({ owner, state: stateOf(owner) }));
  if (states.every(({ state }) => state === "solid")) return [];
  if (states.some(({ state }) => state === "solid" || state === "unknown")) {
    const kept = states.filter(({ state }) => state === "solid" || state === "unknown");
    return kept.length === owners.length ? [] : [{ do: "setOwners", owners: kept.map(({ owner }) => owner) }];
  }
  if (states.some(({ state }) => state === "waiting") && dependents.length > 0) {
    const steps: Step[] = [{ do: "delete", policy: "Foreground" }];
    // Two that wait for each other would wait for ever.
    if (!dependents.some(isWaiting)) return steps;
    const free = owners.map((owner) => ({ ...owner, blockOwnerDeletion: false }));
    return [{ do: "setOwners", owners: free }, ...steps];
  }
  if (finalizers.includes(ORPHAN)) return [{ do: "delete", policy: "Orphan" }];
  return [{ do: "delete", policy: finalizers.includes(FOREGROUND) ? "Foreground" : "Background" }];
}

/** Whether an object is being deleted and first waits for what it owns. */
export function isWaiting({ metadata }: Item): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(FOREGROUND);
}

function blocks(dependent: Item, uid: string): boolean {
  return (
    dependent.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true) ?? false
  );
}
