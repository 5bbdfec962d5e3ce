/** From the resources a container asks for to the numbers the kernel understands. */
import { parseQuantity } from "@skiff/api";
import type { Container, Pod } from "@skiff/api/core/v1";
import type { LinuxContainerResources } from "@skiff/engine/cri";
import { podContainers } from "./containers.ts";
import { qosClass } from "./qos.ts";

const CPU_PERIOD_US = 100_000;
const MIN_QUOTA_US = 1_000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
/** Pods of this priority and above are system-critical. */
const SYSTEM_CRITICAL = 2_000_000_000;

/** cgroup v1 `cpu.shares` for so many thousandths of a CPU. */
export function cpuShares(milli: number): number {
  return Math.min(Math.max(Math.floor((milli * 1024) / 1000), MIN_SHARES), MAX_SHARES);
}

/** CFS quota in microseconds per 100 ms for so many thousandths of a CPU; 0 means no limit. */
export function cpuQuota(milli: number): number {
  return milli === 0 ? 0 : Math.max(Math.floor((milli * CPU_PERIOD_US) / 1000), MIN_QUOTA_US);
}

/** What one container may use. `machineMemory` is in bytes. */
export function containerResources(pod: Pod, container: Container, machineMemory: number): LinuxContainerResources {
  const { requests, limits } = container.resources ?? {};
  const cpuLimit = milli(limits?.cpu);
  const cpuRequest = requests?.cpu === undefined ? cpuLimit : milli(requests.cpu);
  const memoryLimit = bytes(limits?.memory);
  return {
    cpuPeriod: CPU_PERIOD_US,
    cpuShares: cpuShares(cpuRequest),
    ...(cpuLimit > 0 ? { cpuQuota: cpuQuota(cpuLimit) } : {}),
    ...(memoryLimit > 0 ? { memoryLimitInBytes: memoryLimit } : {}),
    oomScoreAdj: oomScoreAdj(pod, container, machineMemory),
  };
}

/** What all containers of the Pod may use together; a limit only where every container has one. */
export function podResources(pod: Pod): LinuxContainerResources {
  const most = (amountOf: (container: Container) => number): number => mostAtOnce(pod, amountOf);
  const limit = (amountOf: (container: Container) => number): number => {
    const counted = podContainers(pod).filter(({ role }) => role !== "ephemeral");
    return counted.every(({ container }) => amountOf(container) > 0) ? most(amountOf) : 0;
  };
  const request = most(({ resources }) => milli(resources?.requests?.cpu ?? resources?.limits?.cpu));
  const cpuLimit = limit(({ resources }) => milli(resources?.limits?.cpu));
  const memoryLimit = limit(({ resources }) => bytes(resources?.limits?.memory));
  return {
    cpuPeriod: CPU_PERIOD_US,
    cpuShares: cpuShares(request),
    ...(cpuLimit > 0 ? { cpuQuota: cpuQuota(cpuLimit) } : {}),
    ...(memoryLimit > 0 ? { memoryLimitInBytes: memoryLimit } : {}),
  };
}

/** The largest sum at any time: each init container runs beside the sidecars before it, the regular ones beside all sidecars. */
function mostAtOnce(pod: Pod, amountOf: (container: Container) => number): number {
  let sidecars = 0;
  let regular = 0;
  let most = 0;
  for (const { role, container } of podContainers(pod)) {
    if (role === "sidecar") sidecars += amountOf(container);
    else if (role === "init") most = Math.max(most, sidecars + amountOf(container));
    else if (role === "regular") regular += amountOf(container);
  }
  return Math.max(most, sidecars + regular);
}

/**
 * How soon the kernel kills the container when memory runs out: -997 (Guaranteed and critical Pods) to 1000 (BestEffort);
 * between them the more memory a Burstable container requests, the later.
 */
export function oomScoreAdj(pod: Pod, container: Container, machineMemory: number): number {
  if ((pod.spec.priority ?? 0) >= SYSTEM_CRITICAL) return -997;
  const qos = qosClass(pod);
  if (qos === "Guaranteed") return -997;
  if (qos === "BestEffort") return 1000;
  const { requests, limits } = container.resources ?? {};
  const share = Math.floor((1000 * bytes(requests?.memory ?? limits?.memory)) / machineMemory);
  return Math.min(Math.max(1000 - share, 3), 999);
}

function milli(quantity: string | undefined): number {
  return quantity === undefined ? 0 : parseQuantity(quantity).milliValue();
}

function bytes(quantity: string | undefined): number {
  return quantity === undefined ? 0 : parseQuantity(quantity).value();
}
