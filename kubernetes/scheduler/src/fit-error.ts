import type { Rejection } from "./framework.ts";

/** Why no node would have a Pod: the rejections by node. */
export interface FitFailure {
  readonly nodeCount: number;
  readonly rejected: ReadonlyMap<string, Rejection>;
  /** The plugins that said no. */
  readonly rejectedBy: ReadonlySet<string>;
  /** Said by a plugin about all nodes at once. */
  readonly aboutAll?: string | undefined;
}

export const NO_NODES = "no nodes available to schedule pods";

/**
 * The sentence users see in FailedScheduling events and in the PodScheduled condition, worded as kube-scheduler does, since
 * people and tools search for it: `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.`
 */
export function fitMessage({ nodeCount, rejected, aboutAll }: FitFailure, afterwards?: string): string {
  if (nodeCount === 0) return NO_NODES;
  const counted = aboutAll ? ` ${aboutAll}.` : histogram([...rejected.values()].flatMap((verdict) => verdict.reasons));
  return `0/${nodeCount} nodes are available:${counted}${afterwards ? ` ${afterwards}` : ""}`;
}

/** ` 1 this, 2 that.`, or nothing when there is no reason. */
export function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const lines = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return lines.length === 0 ? "" : ` ${lines.join(", ")}.`;
}
