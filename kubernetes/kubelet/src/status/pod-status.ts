/** The whole status of a Pod, computed anew from what is known. Pure. */
import type { Pod, PodStatus } from "@skiff/api/core/v1";
import { isAlive } from "../pods/observed.ts";
import { podContainers } from "../spec/containers.ts";
import { qosClass } from "../spec/qos.ts";
import { podConditions } from "./conditions.ts";
import { type ContainerStatusInput, containerStatus, time } from "./container-status.ts";
import { podPhase } from "./phase.ts";

export interface PodStatusInput extends ContainerStatusInput {
  readonly hostIPs: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When this kubelet first saw the Pod, unless the API already has a start time. Milliseconds since the epoch. */
  readonly startedAt: number;
  /** A container is being started at this moment, and may come to run though the Pod is to stop. */
  readonly starting: boolean;
  /** Why the kubelet ended the Pod, where it did. */
  readonly verdict?: { readonly reason: string; readonly message: string } | undefined;
}

/** What the API is to be told. Conditions the kubelet does not own are not in it. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, observed, hostIPs, verdict } = input;
  const entries = podContainers(pod);
  const of = (...roles: readonly string[]) =>
    entries.filter(({ role }) => roles.includes(role)).map((entry) => containerStatus(entry, input));
  const init = of("init", "sidecar");
  const regular = of("regular");
  const ephemeral = of("ephemeral");
  const stopped = input.stopping && !input.starting && !observed.containers.some(isAlive);
  const computed = podPhase(pod, init, regular, stopped);
  const settled = pod.status?.phase === "Failed" || pod.status?.phase === "Succeeded" ? pod.status.phase : undefined;
  const phase = settled ?? (verdict && stopped ? "Failed" : computed);
  const sandbox = observed.sandboxes.find(({ ready }) => ready);
  const ips = pod.spec.hostNetwork ? hostIPs : (sandbox?.ips ?? ipsOnRecord(pod, input.stopping));
  return {
    phase: phase as "Running",
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    ...(verdict ?? (settled ? { reason: pod.status?.reason, message: pod.status?.message } : {})),
    conditions: podConditions({
      pod,
      phase,
      init,
      regular,
      sandboxReady: sandbox !== undefined && ips.length > 0,
      now: time(input.now),
    }),
    hostIP: hostIPs[0],
    hostIPs: hostIPs.map((ip) => ({ ip })),
    ...(ips[0] === undefined ? {} : { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? time(input.startedAt),
    qosClass: qosClass(pod),
    ...(init.length > 0 ? { initContainerStatuses: init } : {}),
    containerStatuses: regular,
    ...(ephemeral.length > 0 ? { ephemeralContainerStatuses: ephemeral } : {}),
  };
}

/** A Pod that has ended keeps the address it had; one whose sandbox was lost gets a new one. */
function ipsOnRecord(pod: Pod, stopping: boolean): readonly string[] {
  if (!stopping) return [];
  return pod.status?.podIPs?.map(({ ip }) => ip) ?? [];
}
