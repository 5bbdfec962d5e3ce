/** Usage in CRI's words. */
import type { CgroupStats, Cgroups } from "@skiff/linux";
import type { Container, ContainerStats } from "../containers.ts";
import type * as cri from "../generated/cri.ts";
import type { InterfaceCounters, Networks } from "../networks.ts";
import type { Sandbox } from "../sandboxes.ts";
import type { Snapshots } from "../snapshots.ts";
import { nanoseconds } from "./answer.ts";
import { podMetadata, toCriContainer } from "./status.ts";

type Usage = Omit<CgroupStats, "oomKills"> | ContainerStats;

function cpuOf(usage: Usage, timestamp: number): cri.CpuUsage {
  return { timestamp, usageCoreNanoSeconds: { value: usage.cpuNanoseconds } };
}

function memoryOf(usage: Usage, timestamp: number): cri.MemoryUsage {
  const limited = Number.isFinite(usage.memoryLimit);
  return {
    timestamp,
    workingSetBytes: { value: usage.memoryWorkingSet },
    usageBytes: { value: usage.memoryUsage },
    rssBytes: { value: usage.memoryRss },
    pageFaults: { value: usage.pageFaults },
    majorPageFaults: { value: usage.majorPageFaults },
    availableBytes: limited ? { value: Math.max(0, usage.memoryLimit - usage.memoryWorkingSet) } : undefined,
  };
}

/** Usage of one running container. */
export async function containerStats(
  container: Container,
  stats: ContainerStats,
  snapshots: Snapshots,
  mountpoint: string,
): Promise<cri.ContainerStats> {
  const timestamp = nanoseconds(stats.time);
  const { id, metadata, labels, annotations } = toCriContainer(container);
  const { bytes, inodes } = await snapshots.usage(container.id);
  return {
    attributes: { id, metadata, labels, annotations },
    cpu: cpuOf(stats, timestamp),
    memory: memoryOf(stats, timestamp),
    writableLayer: { timestamp, fsId: { mountpoint }, usedBytes: { value: bytes }, inodesUsed: { value: inodes } },
  };
}

/** Usage of a sandbox and the containers in it. */
export function sandboxStats(o: {
  sandbox: Sandbox;
  cgroups: Cgroups;
  networks: Networks;
  containers: readonly cri.ContainerStats[];
}): cri.PodSandboxStats {
  const { sandbox } = o;
  const timestamp = nanoseconds(Date.now());
  const usage = sandbox.spec.cgroupParent === undefined ? undefined : o.cgroups.stats(sandbox.spec.cgroupParent);
  const { net } = sandbox.namespaces;
  const counters = net === undefined || sandbox.state !== "ready" ? undefined : o.networks.counters(net);
  return {
    attributes: {
      id: sandbox.id,
      metadata: podMetadata(sandbox),
      labels: sandbox.spec.labels ?? {},
      annotations: sandbox.spec.annotations ?? {},
    },
    linux: {
      cpu: usage && cpuOf(usage, timestamp),
      memory: usage && memoryOf(usage, timestamp),
      network: counters && { timestamp, defaultInterface: networkOf(counters), interfaces: [] },
      process: usage && { timestamp, processCount: { value: usage.pids } },
      containers: o.containers,
    },
  };
}

function networkOf(counters: InterfaceCounters): cri.NetworkInterfaceUsage {
  return {
    name: "eth0",
    rxBytes: { value: counters.rxBytes },
    rxErrors: { value: counters.rxErrors },
    txBytes: { value: counters.txBytes },
    txErrors: { value: counters.txErrors },
  };
}
