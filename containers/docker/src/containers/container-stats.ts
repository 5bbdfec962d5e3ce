/** GET /containers/{id}/stats: usage, once a second for as long as somebody listens. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { type Container, type ContainerStats, isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import { flag, type Handler } from "../http/call.ts";
import { findContainer } from "./find-container.ts";

const INTERVAL_MS = 1000;
const NANOSECONDS_PER_TICK = 1e7;

export function containerStats(deps: Deps): Handler {
  return async function containerStats(call) {
    const container = await findContainer(deps, call);
    const sample = () => takeSample(deps, container);
    if (flag(call, "stream", true)) {
      async function* samples(): AsyncGenerator<string> {
        let before: Sample | undefined;
        while (!call.signal.aborted) {
          const now = await sample();
          yield `${JSON.stringify(statsShape(container, now, before))}\n`;
          before = now;
          await delay(INTERVAL_MS, undefined, { signal: call.signal }).catch(() => undefined); // the listener has left
        }
      }
      return { status: 200, stream: samples() };
    }
    if (flag(call, "one-shot")) return { status: 200, json: statsShape(container, await sample(), undefined) };
    const before = await sample();
    await delay(INTERVAL_MS, undefined, { signal: call.signal });
    return { status: 200, json: statsShape(container, await sample(), before) };
  };
}

interface Sample {
  readonly time: number;
  readonly systemNanoseconds: number;
  /** Undefined while it does not run. */
  readonly stats: ContainerStats | undefined;
}

async function takeSample({ engine, now }: Deps, { id }: Container): Promise<Sample> {
  const common = { time: now(), systemNanoseconds: systemCpu() };
  try {
    return { ...common, stats: await engine.containers.stats(id) };
  } catch (error) {
    if (isEngineError(error, "conflict") || isEngineError(error, "not-found")) return { ...common, stats: undefined };
    throw error;
  }
}

/** What all processors have worked and idled since the machine's start. */
function systemCpu(): number {
  const [, ...ticks] = readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.trim().split(/\s+/).map(Number) ?? [];
  // Guest time is in user time already.
  return ticks.slice(0, 8).reduce((sum, tick) => sum + tick, 0) * NANOSECONDS_PER_TICK;
}

/** A sample in Docker's shape, with the one before for rates. */
export function statsShape({ id, name }: Container, now: Sample, before: Sample | undefined): object {
  const { stats } = now;
  const network = stats?.network;
  return {
    ...{
      read: new Date(now.time).toISOString(),
      preread: before ? new Date(before.time).toISOString() : "0001-01-01T00:00:00Z",
    },
    ...{ name: `/${name}`, id, num_procs: 0, storage_stats: {} },
    pids_stats: stats ? { current: stats.pids } : {},
    blkio_stats: {
      io_service_bytes_recursive: stats
        ? [
            { major: 0, minor: 0, op: "read", value: stats.blockRead },
            { major: 0, minor: 0, op: "write", value: stats.blockWrite },
          ]
        : null,
    },
    cpu_stats: cpuShape(now),
    precpu_stats: before ? cpuShape(before) : { cpu_usage: { total_usage: 0 }, throttling_data: {} },
    memory_stats: stats
      ? {
          // None is a huge number, or none at all: the machine has no more than it has.
          ...{ usage: stats.memoryUsage, limit: Math.min(stats.memoryLimit || totalmem(), totalmem()) },
          // Clients take this from the usage to show what is really held.
          stats: {
            inactive_file: stats.memoryUsage - stats.memoryWorkingSet,
            pgfault: stats.pageFaults,
            pgmajfault: stats.majorPageFaults,
          },
        }
      : {},
    ...(network
      ? {
          networks: {
            eth0: {
              ...{ rx_bytes: network.rxBytes, rx_errors: network.rxErrors, rx_packets: 0, rx_dropped: 0 },
              ...{ tx_bytes: network.txBytes, tx_errors: network.txErrors, tx_packets: 0, tx_dropped: 0 },
            },
          },
        }
      : {}),
  };
}

function cpuShape({ stats, systemNanoseconds }: Sample): object {
  if (!stats) return { cpu_usage: { total_usage: 0 }, throttling_data: {} };
  return {
    cpu_usage: { total_usage: stats.cpuNanoseconds, usage_in_kernelmode: 0, usage_in_usermode: stats.cpuNanoseconds },
    system_cpu_usage: systemNanoseconds,
    online_cpus: availableParallelism(),
    throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
  };
}
