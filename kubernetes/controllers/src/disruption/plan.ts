import type { Pod } from "@skiff/api/core/v1";
import type { Condition } from "@skiff/api/meta/v1";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "@skiff/api/policy/v1";
import { timestamp } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { isActive, isReady } from "../pod-state.ts";

/** An eviction that has not led to a deletion after this long did not happen: the Pod counts again. */
export const EVICTION_MS = 120_000;

/** How many Pods there should be, or why nobody knows. */
export type Expected = { readonly count: number } | { readonly unknown: string };

type Status = PodDisruptionBudgetStatus;

/**
 * The status a budget should have; the present one itself when it is right. `expected` is asked for only when the budget
 * depends on it: a number of Pods that have to stay is one, whoever owns them.
 */
export function plan(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  expected: () => Expected,
  now: number,
): Status | undefined {
  const { spec, status, metadata } = budget;
  const { maxUnavailable, minAvailable } = spec ?? {};
  const observedGeneration = metadata.generation ?? 0;
  const known: Expected = typeof minAvailable === "number" ? { count: pods.length } : expected();
  const disruptedPods = stillDisrupted(status, pods, now);
  if ("unknown" in known) {
    return failed(status, observedGeneration, known.unknown, now);
  }
  const expectedPods = known.count;
  const desiredHealthy =
    maxUnavailable === undefined
      ? share(minAvailable ?? 0, expectedPods)
      : Math.max(0, expectedPods - share(maxUnavailable, expectedPods));
  const currentHealthy = pods.filter(
    (pod) => isActive(pod) && isReady(pod) && disruptedPods?.[pod.metadata.name] === undefined,
  ).length;
  const spare = currentHealthy - desiredHealthy;
  const disruptionsAllowed = expectedPods <= 0 || spare <= 0 ? 0 : spare;
  const enough = disruptionsAllowed > 0;
  const condition = {
    type: "DisruptionAllowed",
    status: enough ? "True" : "False",
    reason: enough ? "SufficientPods" : "InsufficientPods",
    message: "",
    observedGeneration,
  } as const;
  const next: Status = {
    observedGeneration,
    ...(disruptedPods && { disruptedPods }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: withCondition(status?.conditions, condition, now),
  };
  return sameValue(status ?? {}, next) ? undefined : next;
}

/** The evictions let through that a deletion has still to follow. */
function stillDisrupted(status: Status | undefined, pods: readonly Pod[], now: number): Status["disruptedPods"] {
  const present = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const waiting = Object.entries(status?.disruptedPods ?? {}).filter(([name, at]) => {
    const pod = present.get(name);
    return pod && !pod.metadata.deletionTimestamp && now < Date.parse(at) + EVICTION_MS;
  });
  return waiting.length > 0 ? Object.fromEntries(waiting) : undefined;
}

function failed(
  status: Status | undefined,
  observedGeneration: number,
  message: string,
  now: number,
): Status | undefined {
  const condition = {
    type: "DisruptionAllowed",
    status: "False",
    reason: "SyncFailed",
    message,
    observedGeneration,
  } as const;
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = status ?? {};
  const conditions = withCondition(status?.conditions, condition, now);
  const next: Status = { ...status, disruptionsAllowed: 0, currentHealthy, desiredHealthy, expectedPods, conditions };
  return sameValue(status ?? {}, next) ? undefined : next;
}

function withCondition(
  present: readonly Condition[] = [],
  condition: Omit<Condition, "lastTransitionTime">,
  now: number,
): readonly Condition[] {
  const old = present.find(({ type }) => type === condition.type);
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : timestamp(now);
  return [...present.filter((each) => each !== old), { ...condition, lastTransitionTime }];
}

/** A number, or a percentage of `total` rounded up. */
function share(value: number | string, total: number): number {
  return typeof value === "number" ? value : Math.ceil((Number.parseInt(value, 10) * total) / 100);
}
