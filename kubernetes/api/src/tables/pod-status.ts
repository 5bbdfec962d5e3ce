/** What the STATUS, READY and RESTARTS columns say of a Pod. */
import type { Container, ContainerState, ContainerStatus, Pod } from "../generated/types/core/v1.ts";
import { age } from "./age.ts";

/** A Pod in three words. */
export interface PodSummary {
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: string;
}

/** Reads the summary off the status, as `kubectl get pods` shows it. */
export function summarize(pod: Pod, now: number): PodSummary {
  const init = summarizeInit(pod);
  const main = init.reason === undefined || hasCondition(pod, "Initialized") ? summarizeMain(pod) : undefined;
  const counted = main ? [...init.sidecars, ...(pod.status?.containerStatuses ?? [])] : init.seen;
  const reason = main?.reason ?? init.reason ?? baseReason(pod);
  const total = (pod.spec.containers?.length ?? 0) + (pod.spec.initContainers ?? []).filter(isSidecar).length;
  return {
    reason: deletionReason(pod) ?? reason,
    ready: init.ready + (main?.ready ?? 0),
    total,
    restarts: restartsText(counted, now),
  };
}

function baseReason(pod: Pod): string {
  const gated = pod.status?.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  return gated ? "SchedulingGated" : pod.status?.reason || pod.status?.phase || "";
}

function isSidecar(container: Container | undefined): boolean {
  return container?.restartPolicy === "Always";
}

function hasCondition(pod: Pod, wanted: string): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === wanted && status === "True") ?? false;
}

/** The first init container that is not done decides; sidecars that have started are done. */
function summarizeInit(pod: Pod) {
  const declared = new Map((pod.spec.initContainers ?? []).map((container) => [container.name, container]));
  const seen: ContainerStatus[] = [];
  const sidecars: ContainerStatus[] = [];
  let ready = 0;
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    seen.push(status);
    const sidecar = isSidecar(declared.get(status.name));
    if (sidecar) sidecars.push(status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated && terminated.exitCode === 0) continue;
    if (sidecar && status.started === true) {
      if (status.ready) ready++;
      continue;
    }
    if (terminated) return { reason: `Init:${terminationReason(terminated)}`, ready, seen, sidecars };
    if (waiting?.reason && waiting.reason !== "PodInitializing") {
      return { reason: `Init:${waiting.reason}`, ready, seen, sidecars };
    }
    return { reason: `Init:${index}/${declared.size}`, ready, seen, sidecars };
  }
  return { reason: undefined, ready, seen, sidecars };
}

function summarizeMain(pod: Pod): { reason: string; ready: number } {
  let reason = baseReason(pod);
  let ready = 0;
  // The first container wins, so the last is looked at first.
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    const { terminated, waiting, running } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = terminationReason(terminated);
    else if (status.ready && running) ready++;
  }
  if (reason === "Completed" && ready > 0) reason = hasCondition(pod, "Ready") ? "Running" : "NotReady";
  return { reason, ready };
}

function terminationReason(terminated: NonNullable<ContainerState["terminated"]>): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

function deletionReason(pod: Pod): string | undefined {
  if (!pod.metadata.deletionTimestamp) return undefined;
  if (pod.status?.reason === "NodeLost") return "Unknown";
  const over = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return over ? undefined : "Terminating";
}

function restartsText(statuses: readonly ContainerStatus[], now: number): string {
  const restarts = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
  const last = statuses
    .map((status) => status.lastState?.terminated?.finishedAt ?? "")
    .sort()
    .at(-1);
  return restarts > 0 && last ? `${restarts} (${age(last, now)} ago)` : String(restarts);
}
