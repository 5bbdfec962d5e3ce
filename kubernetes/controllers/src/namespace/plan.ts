import type { NamespaceCondition } from "@skiff/api/core/v1";
import { timestamp } from "@skiff/client";

/** What is left of one resource in a namespace after its objects were deleted. */
export interface Remainder {
  /** `pods`, `deployments.apps`: as the condition names it. */
  readonly resource: string;
  readonly count: number;
  /** How many of the remaining objects wait for each finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** How long the longest of their grace periods still takes, in seconds. */
  readonly graceSeconds: number;
}

/** A resource whose objects could not be deleted or counted. */
export interface Trouble {
  readonly resource: string;
  readonly message: string;
}

/**
 * The conditions of a namespace on its way out. Those that tell of a trouble appear with it, and turn into their
 * untroubled form afterwards; all five are there once any is. `undiscovered` are group versions whose resources are unknown.
 */
export function conditionsOf(
  present: readonly NamespaceCondition[],
  remaining: readonly Remainder[],
  troubles: readonly Trouble[],
  now: number,
  undiscovered: readonly Trouble[] = [],
): NamespaceCondition[] {
  const left = remaining.filter(({ count }) => count > 0);
  const finalizers = new Map<string, number>();
  for (const remainder of left) {
    for (const [name, count] of remainder.finalizers) finalizers.set(name, (finalizers.get(name) ?? 0) + count);
  }
  const states = [
    state(
      "NamespaceDeletionDiscoveryFailure",
      undiscovered.length > 0
        ? {
            reason: "DiscoveryFailed",
            message: `Discovery failed for some groups, ${undiscovered.length} failing: unable to retrieve the complete list of server APIs: ${undiscovered.map(({ message }) => message).join(", ")}`,
          }
        : undefined,
      "ResourcesDiscovered",
      "All resources successfully discovered",
    ),
    state(
      "NamespaceDeletionGroupVersionParsingFailure",
      undefined,
      "ParsedGroupVersions",
      "All legacy kube types successfully parsed",
    ),
    state(
      "NamespaceDeletionContentFailure",
      troubles.length > 0
        ? {
            reason: "ContentDeletionFailed",
            message: `Failed to delete all resource types, ${troubles.length} remaining: ${troubles.map(({ message }) => message).join(", ")}`,
          }
        : undefined,
      "ContentDeleted",
      "All content successfully deleted, may be waiting on finalization",
    ),
    state(
      "NamespaceContentRemaining",
      left.length > 0
        ? {
            reason: "SomeResourcesRemain",
            message: `Some resources are remaining: ${left.map(({ resource, count }) => `${resource} has ${count} resource instances`).join(", ")}`,
          }
        : undefined,
      "ContentRemoved",
      "All content successfully removed",
    ),
    state(
      "NamespaceFinalizersRemaining",
      finalizers.size > 0
        ? {
            reason: "SomeFinalizersRemain",
            message: `Some content in the namespace has finalizers remaining: ${[...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).join(", ")}`,
          }
        : undefined,
      "ContentHasNoFinalizers",
      "All content-preserving finalizers finished",
    ),
  ];
  return states.map((wanted) => {
    const old = present.find(({ type }) => type === wanted.type);
    if (old?.status === wanted.status && old.reason === wanted.reason && old.message === wanted.message) return old;
    const changed = old?.status !== wanted.status;
    return { ...wanted, lastTransitionTime: changed ? timestamp(now) : old.lastTransitionTime };
  });
}

function state(
  type: string,
  trouble: { reason: string; message: string } | undefined,
  reason: string,
  message: string,
) {
  return trouble ? { type, status: "True", ...trouble } : { type, status: "False", reason, message };
}

/** When to look again, in milliseconds: half of the grace periods still running, at least a second. */
export function lookAgainInMs(remaining: readonly Remainder[], troubles: readonly Trouble[]): number | undefined {
  const left = remaining.filter(({ count }) => count > 0);
  if (left.length === 0 && troubles.length === 0) return undefined;
  const grace = Math.max(0, ...left.map(({ graceSeconds }) => graceSeconds));
  return Math.max(1, Math.ceil(grace / 2)) * 1000;
}
