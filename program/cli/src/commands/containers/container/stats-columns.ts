/** What `skiff stats --format` can show of a container's usage. */
import type { Columns } from "../formatting/format-rows.ts";
import { binarySize, humanSize, shortId } from "../formatting/units.ts";

interface CpuStats {
  readonly cpu_usage: { readonly total_usage: number; readonly percpu_usage?: readonly number[] };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/** A sample of `GET /containers/{id}/stats`. */
export interface StatsSample {
  readonly id: string;
  readonly name: string;
  readonly pids_stats: { readonly current?: number };
  readonly cpu_stats: CpuStats;
  readonly precpu_stats: CpuStats;
  readonly memory_stats: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly blkio_stats: {
    readonly io_service_bytes_recursive: readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly networks?: Readonly<Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>>;
}

/** Rates and amounts. */
export interface ContainerUsage {
  /** As it was asked for. */
  readonly container: string;
  readonly id: string;
  readonly name: string;
  readonly cpuPercent: number;
  readonly memory: number;
  readonly memoryLimit: number;
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  readonly pids: number;
}

/** Works out the rates of a sample. */
export function usageOf(container: string, sample: StatsSample): ContainerUsage {
  const { cpu_stats: now, precpu_stats: before, memory_stats: memory } = sample;
  const worked = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = now.online_cpus ?? now.cpu_usage.percpu_usage?.length ?? 1;
  const usage = memory.usage ?? 0;
  const cached = memory.stats?.total_inactive_file ?? memory.stats?.inactive_file ?? 0;
  const networks = Object.values(sample.networks ?? {});
  const blocks = sample.blkio_stats.io_service_bytes_recursive ?? [];
  const moved = (operation: string) =>
    blocks.filter(({ op }) => op.toLowerCase() === operation).reduce((sum, { value }) => sum + value, 0);
  return {
    container,
    id: sample.id,
    name: sample.name.replace(/^\//, ""),
    cpuPercent: worked > 0 && passed > 0 ? (worked / passed) * cpus * 100 : 0,
    memory: cached < usage ? usage - cached : usage,
    memoryLimit: memory.limit ?? 0,
    received: networks.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    sent: networks.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
    read: moved("read"),
    written: moved("write"),
    pids: sample.pids_stats.current ?? 0,
  };
}

/** The fields; `truncates` unless `--no-trunc` is said. */
export function statsColumns(truncates: boolean): Columns<ContainerUsage> {
  const id = (text: string) => (truncates && /^[0-9a-f]{64}$/.test(text) ? shortId(text) : text);
  return {
    Container: { heading: "CONTAINER", value: ({ container }) => id(container) },
    ID: { heading: "CONTAINER ID", value: (usage) => id(usage.id) },
    Name: { heading: "NAME", value: ({ name }) => name || "--" },
    CPUPerc: { heading: "CPU %", value: ({ cpuPercent }) => `${cpuPercent.toFixed(2)}%` },
    MemUsage: {
      heading: "MEM USAGE / LIMIT",
      value: ({ memory, memoryLimit }) => `${binarySize(memory)} / ${binarySize(memoryLimit)}`,
    },
    MemPerc: {
      heading: "MEM %",
      value: ({ memory, memoryLimit }) => `${(memoryLimit > 0 ? (memory / memoryLimit) * 100 : 0).toFixed(2)}%`,
    },
    NetIO: { heading: "NET I/O", value: ({ received, sent }) => `${humanSize(received, 3)} / ${humanSize(sent, 3)}` },
    BlockIO: { heading: "BLOCK I/O", value: ({ read, written }) => `${humanSize(read, 3)} / ${humanSize(written, 3)}` },
    PIDs: { heading: "PIDS", value: ({ pids }) => String(pids) },
  };
}
