import type { ContainerStatus, Pod } from "@skiff/api/core/v1";
import { isSidecar } from "../spec/containers.ts";

export type Phase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

/**
 * The phase that follows from the states of a Pod's containers. `stopped` says that the Pod is to run no more and nothing
 * of it does, so that even a Pod that restarts its containers has come to an end.
 */
export function podPhase(
  pod: Pod,
  init: readonly ContainerStatus[],
  regular: readonly ContainerStatus[],
  stopped: boolean,
): Phase {
  const started = regular.some(({ state, lastState }) => state?.running || state?.terminated || lastState?.terminated);
  if (!started) {
    const failed = init.some((status) => initFailed(pod, status));
    if (failed) return "Failed";
    if (init.some((status) => isIncomplete(pod, status))) return stopped ? "Failed" : "Pending";
  }
  const running = regular.filter(({ state }) => state?.running).length;
  const waiting = regular.filter(
    ({ state, lastState }) => !state?.running && !state?.terminated && !lastState?.terminated,
  );
  const ended = regular.flatMap(({ state, lastState }) => {
    const end = state?.terminated ?? (state?.running ? undefined : lastState?.terminated);
    return end ? [end] : [];
  });
  if (stopped && running === 0)
    return ended.length > 0 && ended.every(succeeded) && waiting.length === 0 ? "Succeeded" : "Failed";
  if (waiting.length > 0) return ended.length > 0 ? "Running" : "Pending";
  if (running > 0) return "Running";
  if (pod.spec.restartPolicy === "Always" || pod.spec.restartPolicy === undefined) return "Running";
  if (ended.every(succeeded)) return "Succeeded";
  return pod.spec.restartPolicy === "Never" ? "Failed" : "Running";
}

function succeeded({ exitCode }: { readonly exitCode: number }): boolean {
  return exitCode === 0;
}

function initFailed(pod: Pod, { name, state }: ContainerStatus): boolean {
  const sidecar = pod.spec.initContainers?.some((container) => container.name === name && isSidecar(container));
  return !sidecar && pod.spec.restartPolicy === "Never" && (state?.terminated?.exitCode ?? 0) !== 0;
}

/** True for an init container that has not succeeded, or a sidecar that has not started. */
export function isIncomplete(pod: Pod, { name, state, started }: ContainerStatus): boolean {
  const container = pod.spec.initContainers?.find((candidate) => candidate.name === name);
  if (container && isSidecar(container)) return !started;
  return state?.terminated?.exitCode !== 0;
}
