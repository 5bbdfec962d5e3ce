import type { Node, Pod } from "@skiff/api/core/v1";
import { isFinished } from "../pod-state.ts";

/** How many finished pods are left for people to look at. */
export const TERMINATED_MAX = 12_500;
/** A node that is gone may be about to register again; its pods are left alone for this long. */
export const QUARANTINE_MS = 40_000;

export interface Removal {
  readonly pod: Pod;
  readonly why: "orphaned" | "terminated" | "unscheduled";
}

/**
 * The pods nobody else will ever remove: those on nodes that are gone (`missingSince` tells since when, in milliseconds),
 * the oldest finished ones beyond the limit, and those deleted before they got a node.
 */
export function plan(
  pods: readonly Pod[],
  nodes: ReadonlyMap<string, Node>,
  missingSince: ReadonlyMap<string, number>,
  now: number,
  terminatedMax: number = TERMINATED_MAX,
): Removal[] {
  const removals = new Map<Pod, Removal["why"]>();
  const finished = pods.filter((pod) => isFinished(pod) && !pod.metadata.deletionTimestamp);
  const oldestFirst = finished.toSorted((a, b) => createdAt(a) - createdAt(b));
  for (const pod of oldestFirst.slice(0, Math.max(0, finished.length - terminatedMax))) removals.set(pod, "terminated");
  for (const pod of pods) {
    const { nodeName } = pod.spec;
    if (!nodeName) {
      if (pod.metadata.deletionTimestamp) removals.set(pod, "unscheduled");
      continue;
    }
    const since = missingSince.get(nodeName);
    if (!nodes.has(nodeName) && since !== undefined && now - since >= QUARANTINE_MS) removals.set(pod, "orphaned");
  }
  return [...removals].map(([pod, why]) => ({ pod, why }));
}

function createdAt(pod: Pod): number {
  return Date.parse(pod.metadata.creationTimestamp ?? "") || 0;
}
