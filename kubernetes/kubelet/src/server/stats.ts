/** What containers use: GET /stats/summary as JSON, GET /metrics and /metrics/resource as Prometheus text. */
import type { ContainerStats, RuntimeService } from "@skiff/engine/cri";
import { label } from "../container/labels.ts";

interface Usage {
  readonly stats: ContainerStats;
  readonly pod: string;
  readonly namespace: string;
  readonly uid: string;
  readonly container: string;
}

async function usages(runtime: Pick<RuntimeService, "listContainerStats">): Promise<Usage[]> {
  const { stats } = await runtime.listContainerStats({});
  return stats.flatMap((entry) => {
    const labels = entry.attributes?.labels ?? {};
    const {
      [label.podName]: pod,
      [label.podNamespace]: namespace,
      [label.podUid]: uid,
      [label.containerName]: container,
    } = labels;
    return pod && namespace && uid && container ? [{ stats: entry, pod, namespace, uid, container }] : [];
  });
}

/** The `stats/v1alpha1` Summary: CPU and memory of every container. */
export async function summary(runtime: Pick<RuntimeService, "listContainerStats">, nodeName: string): Promise<object> {
  const pods = new Map<string, { podRef: object; containers: object[] }>();
  for (const { stats, pod, namespace, uid, container } of await usages(runtime)) {
    const found = pods.get(uid) ?? { podRef: { name: pod, namespace, uid }, containers: [] };
    pods.set(uid, found);
    found.containers.push({
      name: container,
      cpu: {
        time: iso(stats.cpu?.timestamp),
        usageNanoCores: stats.cpu?.usageNanoCores?.value,
        usageCoreNanoSeconds: stats.cpu?.usageCoreNanoSeconds?.value,
      },
      memory: {
        time: iso(stats.memory?.timestamp),
        usageBytes: stats.memory?.usageBytes?.value,
        workingSetBytes: stats.memory?.workingSetBytes?.value,
        rssBytes: stats.memory?.rssBytes?.value,
      },
    });
  }
  return { node: { nodeName }, pods: [...pods.values()] };
}

/** The two series of `/metrics/resource` that each container has. */
export async function metrics(runtime: Pick<RuntimeService, "listContainerStats">): Promise<string> {
  const all = await usages(runtime);
  const series = (name: string, type: string, help: string, read: (stats: ContainerStats) => number | undefined) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...all.flatMap(({ stats, pod, namespace, container }) => {
      const value = read(stats);
      return value === undefined
        ? []
        : [`${name}{container="${container}",namespace="${namespace}",pod="${pod}"} ${value}`];
    }),
  ];
  return `${[
    ...series(
      "container_cpu_usage_seconds_total",
      "counter",
      "Cumulative cpu time consumed by the container in core-seconds",
      ({ cpu }) => (cpu?.usageCoreNanoSeconds ? cpu.usageCoreNanoSeconds.value / 1e9 : undefined),
    ),
    ...series(
      "container_memory_working_set_bytes",
      "gauge",
      "Current working set of the container in bytes",
      ({ memory }) => memory?.workingSetBytes?.value,
    ),
  ].join("\n")}\n`;
}

function iso(nanoseconds: number | undefined): string | undefined {
  return nanoseconds === undefined ? undefined : new Date(nanoseconds / 1e6).toISOString();
}
