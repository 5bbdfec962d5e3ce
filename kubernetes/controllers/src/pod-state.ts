import type { Pod, PodCondition } from "@skiff/api/core/v1";

/** A pod that counts: neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && !pod.metadata.deletionTimestamp;
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** On its way out, but still there to be waited for. */
export function isTerminating(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function readyCondition(pod: Pod): PodCondition | undefined {
  return pod.status?.conditions?.find(({ type }) => type === "Ready");
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === "True";
}

/** Ready for at least `minReadySeconds` at `now` (milliseconds). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return (availableInMs(pod, minReadySeconds, now) ?? 1) <= 0;
}

/** How many milliseconds until the pod, if it stays ready, counts as available; undefined when it is not ready. */
export function availableInMs(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const ready = readyCondition(pod);
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  return Date.parse(ready.lastTransitionTime ?? "") + minReadySeconds * 1000 - now;
}
