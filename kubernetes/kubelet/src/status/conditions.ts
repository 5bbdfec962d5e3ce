/** The conditions of a Pod that its kubelet decides. */
import type { ContainerStatus, Pod, PodCondition } from "@skiff/api/core/v1";
import { isIncomplete, type Phase } from "./phase.ts";

interface Verdict {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

export interface ConditionInput {
  readonly pod: Pod;
  readonly phase: Phase;
  readonly init: readonly ContainerStatus[];
  readonly regular: readonly ContainerStatus[];
  readonly sandboxReady: boolean;
  /** RFC 3339. */
  readonly now: string;
}

/** Every condition the kubelet owns; a transition time changes only with its status. */
export function podConditions(input: ConditionInput): PodCondition[] {
  const { pod, now } = input;
  const containers = containersReady(input);
  return [
    { type: "PodReadyToStartContainers", status: input.sandboxReady ? ("True" as const) : ("False" as const) },
    initialized(input),
    ready(pod, containers),
    containers,
    { type: "PodScheduled", status: "True" as const },
  ].map((verdict: Verdict) => {
    const old = pod.status?.conditions?.find(({ type }) => type === verdict.type);
    const kept = old?.status === verdict.status ? old.lastTransitionTime : undefined;
    return { ...verdict, observedGeneration: pod.metadata.generation, lastTransitionTime: kept ?? now };
  });
}

function initialized({ pod, phase, init, regular }: ConditionInput): Verdict {
  const type = "Initialized";
  if (phase === "Succeeded") return { type, status: "True", reason: "PodCompleted" };
  const started = regular.some(({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated);
  const missing = started ? [] : init.filter((status) => isIncomplete(pod, status)).map(({ name }) => name);
  if (missing.length === 0) return { type, status: "True" };
  const message = `containers with incomplete status: [${missing.join(" ")}]`;
  return { type, status: "False", reason: "ContainersNotInitialized", message };
}

function containersReady({ pod, phase, init, regular }: ConditionInput): Verdict {
  const type = "ContainersReady";
  if (phase === "Succeeded") return { type, status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { type, status: "False", reason: "PodFailed" };
  const sidecars = new Set(
    pod.spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always").map(({ name }) => name),
  );
  const counted = [...init.filter(({ name }) => sidecars.has(name)), ...regular];
  const unready = counted.filter((status) => !status.ready).map(({ name }) => name);
  if (unready.length === 0) return { type, status: "True" };
  const message = `containers with unready status: [${unready.join(" ")}]`;
  return { type, status: "False", reason: "ContainersNotReady", message };
}

function ready(pod: Pod, containers: Verdict): Verdict {
  if (containers.status === "False") return { ...containers, type: "Ready" };
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const gate = pod.status?.conditions?.find(({ type }) => type === conditionType);
    if (!gate) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    if (gate.status === "True") return [];
    return [`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`];
  });
  if (problems.length === 0) return { type: "Ready", status: "True" };
  return { type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: problems.join(", ") };
}
