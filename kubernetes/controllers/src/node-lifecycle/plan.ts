import type { Node, NodeCondition, Pod, PodCondition, Taint } from "@skiff/api/core/v1";
import { toleratesTaint } from "@skiff/api/scheduling";
import { timestamp } from "@skiff/client";

/** A node this long without a sign of life is unreachable. */
export const GRACE_MS = 40_000;
const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

/** Conditions that make a node refuse new pods, and the taint that says so. */
const PRESSURE: Readonly<Record<string, string>> = {
  MemoryPressure: "node.kubernetes.io/memory-pressure",
  DiskPressure: "node.kubernetes.io/disk-pressure",
  PIDPressure: "node.kubernetes.io/pid-pressure",
  NetworkUnavailable: "node.kubernetes.io/network-unavailable",
};
const KUBELET_CONDITIONS = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

export type Health = "True" | "False" | "Unknown";

export function healthOf(node: Node): Health {
  const status = node.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return status === "True" || status === "False" ? status : "Unknown";
}

/**
 * The conditions of a node whose kubelet has not been heard of in time: each unknown. The same array when they all are.
 */
export function lostConditions(node: Node, now: number): readonly NodeCondition[] {
  const present = node.status?.conditions ?? [];
  const lost = KUBELET_CONDITIONS.map((type): NodeCondition => {
    const old = present.find((condition) => condition.type === type);
    if (old?.status === "Unknown") return old;
    const said = old
      ? { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." }
      : { reason: "NodeStatusNeverUpdated", message: "Kubelet never posted node status." };
    const lastHeartbeatTime = old?.lastHeartbeatTime ?? node.metadata.creationTimestamp;
    return { type, status: "Unknown", ...said, lastHeartbeatTime, lastTransitionTime: timestamp(now) };
  });
  if (lost.every((condition) => present.includes(condition))) return present;
  return [...lost, ...present.filter(({ type }) => !KUBELET_CONDITIONS.includes(type))];
}

/** The taints of a node: those that follow from its health and conditions as they should be, all others as they are. */
export function taintsOf(node: Node, now: number): readonly Taint[] {
  const wanted: Taint[] = [];
  const health = healthOf(node);
  const key = health === "Unknown" ? UNREACHABLE : NOT_READY;
  if (health !== "True") wanted.push({ key, effect: "NoSchedule" }, { key, effect: "NoExecute" });
  if (node.spec.unschedulable) wanted.push({ key: UNSCHEDULABLE, effect: "NoSchedule" });
  for (const { type, status } of node.status?.conditions ?? []) {
    const pressure = PRESSURE[type];
    if (pressure && status === "True") wanted.push({ key: pressure, effect: "NoSchedule" });
  }
  const present = node.spec.taints ?? [];
  const ours = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(PRESSURE)]);
  const kept = present.filter((taint) => !ours.has(taint.key) || wanted.some((each) => same(each, taint)));
  const added = wanted.filter((taint) => !present.some((each) => same(each, taint)));
  if (added.length === 0 && kept.length === present.length) return present;
  return [...kept, ...added.map((taint) => ({ ...taint, timeAdded: timestamp(now) }))];
}

function same(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

/** When `pod` must leave a node with these taints, in milliseconds since 1970; undefined when it may stay. */
export function evictionTime(pod: Pod, taints: readonly Taint[], now: number): number | undefined {
  const times: number[] = [];
  for (const taint of taints.filter(({ effect }) => effect === "NoExecute")) {
    const tolerations = (pod.spec.tolerations ?? []).filter((toleration) => toleratesTaint(toleration, taint));
    if (tolerations.length === 0) return now;
    const seconds = tolerations.map(({ tolerationSeconds }) => tolerationSeconds).filter((each) => each !== undefined);
    if (seconds.length === 0) continue;
    const added = taint.timeAdded ? Date.parse(taint.timeAdded) : now;
    times.push(added + Math.max(0, Math.min(...seconds)) * 1000);
  }
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** The conditions of a pod on a node that does not answer: not ready. Undefined when they say so already. */
export function notReadyConditions(pod: Pod, now: number): readonly PodCondition[] | undefined {
  const conditions = pod.status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return undefined;
  const not: PodCondition = { ...ready, status: "False", lastTransitionTime: timestamp(now) };
  return conditions.map((condition) => (condition === ready ? not : condition));
}
