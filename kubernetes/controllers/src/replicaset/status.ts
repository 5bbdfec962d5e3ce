import { fromLabelSelector, matches } from "@skiff/api";
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "@skiff/api/apps/v1";
import type { Pod } from "@skiff/api/core/v1";
import { timestamp } from "@skiff/client";
import { availableInMs, isActive, isReady, isTerminating } from "../pod-state.ts";

/** What failed while the pods were brought to the wanted number. */
export interface Failure {
  readonly reason: "FailedCreate" | "FailedDelete";
  readonly message: string;
}

/** The status of `rs` with the pods `owned`, and in how many milliseconds another pod will count as available. */
export function statusOf(rs: ReplicaSet, owned: readonly Pod[], failure: Failure | undefined, now: number) {
  const minReadySeconds = rs.spec.minReadySeconds ?? 0;
  const active = owned.filter(isActive);
  const template = fromLabelSelector({ matchLabels: rs.spec.template?.metadata?.labels ?? {} });
  const waits = active.map((pod) => availableInMs(pod, minReadySeconds, now)).filter((wait) => wait !== undefined);
  const pending = waits.filter((wait) => wait > 0);
  const conditions = conditionsOf(rs.status?.conditions ?? [], failure, now);
  const status: ReplicaSetStatus = {
    replicas: active.length,
    fullyLabeledReplicas: active.filter((pod) => matches(template, pod.metadata.labels ?? {})).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: waits.length - pending.length,
    terminatingReplicas: owned.filter(isTerminating).length,
    observedGeneration: rs.metadata.generation,
    ...(conditions.length > 0 ? { conditions } : {}),
  };
  return { status, nextInMs: pending.length > 0 ? Math.min(...pending) : undefined };
}

function conditionsOf(
  conditions: readonly ReplicaSetCondition[],
  failure: Failure | undefined,
  now: number,
): readonly ReplicaSetCondition[] {
  const others = conditions.filter(({ type }) => type !== "ReplicaFailure");
  if (!failure) return others;
  const present = conditions.find(({ type }) => type === "ReplicaFailure");
  if (present?.reason === failure.reason) return conditions;
  const condition = { type: "ReplicaFailure", status: "True", lastTransitionTime: timestamp(now), ...failure };
  return [...others, condition];
}
