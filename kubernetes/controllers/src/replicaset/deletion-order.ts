import type { Pod } from "@skiff/api/core/v1";
import { isActive, isReady, readyCondition } from "../pod-state.ts";

const COST = "controller.kubernetes.io/pod-deletion-cost";
const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** `pods` in the order in which losing them hurts: the first least. The order is upstream's. */
export function cheapestFirst(pods: readonly Pod[], related: readonly Pod[], now: number): Pod[] {
  const crowd = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName;
    if (node && isActive(pod)) crowd.set(node, (crowd.get(node) ?? 0) + 1);
  }
  const ranks = new Map(pods.map((pod) => [pod, rankOf(pod, crowd, now)]));
  return pods.toSorted((a, b) => compare(ranks.get(a) ?? [], ranks.get(b) ?? []) || uidOrder(a, b));
}

/** Compared from the first number on; the smaller goes first. */
function rankOf(pod: Pod, crowd: ReadonlyMap<string, number>, now: number): number[] {
  const ready = isReady(pod);
  const restarts = Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount));
  return [
    pod.spec.nodeName ? 1 : 0,
    PHASES[pod.status?.phase ?? "Pending"] ?? 0,
    ready ? 1 : 0,
    Number.parseInt(pod.metadata.annotations?.[COST] ?? "0", 10) || 0,
    -(crowd.get(pod.spec.nodeName ?? "") ?? 0),
    ready ? magnitude(readyCondition(pod)?.lastTransitionTime, now) : 0,
    -restarts,
    magnitude(pod.metadata.creationTimestamp, now),
  ];
}

/** Ages are compared by their order of magnitude: the younger goes first, but not always the very youngest. */
function magnitude(since: string | undefined, now: number): number {
  const nanoseconds = (now - Date.parse(since ?? "")) * 1e6;
  return nanoseconds > 1 ? Math.floor(Math.log2(nanoseconds)) : 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function uidOrder(a: Pod, b: Pod): number {
  return (a.metadata.uid ?? "") < (b.metadata.uid ?? "") ? -1 : 1;
}
