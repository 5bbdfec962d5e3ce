/**
 * What becomes of a server that is asked for more than it can do: `node bench/overload.ts`. It goes on serving what it can, has the others wait or turns them
 * away, and answers for its health. Clients come again when they are told to, as client-go does.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type Ask, asker, tokenWithRole } from "./ask.ts";
import type { Answered, Clients } from "./overload-clients.ts";
import { startProcess, startServed } from "./served.ts";
import { median, printTable, type Row } from "./table.ts";

/** Enough for the most it can do. */
const PEAK = 64;
/** Ten times that; and ten times the requests it works on at once (`maxRequestsInFlight`), of which most find no room to wait. */
const OVERLOADS = [
  { clients: 10 * PEAK, least: 0.8 },
  { clients: 6000, least: 0 },
];
const SECONDS = 5;
const ROUNDS = 3;
const LOOK_MS = 100;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

/** The rows of overload. */
export async function overloadRows(): Promise<Row[]> {
  await using running = await startServed();
  const { served, pid } = running;
  const ask = asker(served);
  const token = await tokenWithRole(ask, "cluster-admin");
  const body = { metadata: { generateName: "load-" }, data: { text: "x".repeat(800) } };
  // What is created stays: its memory is that of the objects.
  const loads = [
    { what: "GET a Pod", path: served.path, mostMiB: 1024 },
    { what: "create a ConfigMap", path: CONFIG_MAPS, body, mostMiB: Number.POSITIVE_INFINITY },
  ];
  const rows: Row[] = [];
  for (const { what, mostMiB, ...load } of loads) {
    const answers = (count: number) =>
      answered({ ...load, api: served.api, token, count, milliseconds: SECONDS * 1000 });
    for (const { clients, least } of OVERLOADS) {
      const rates: { peak: number[]; over: number[]; refused: number[] } = { peak: [], over: [], refused: [] };
      const most: Health = { slowest: 0, resident: 0 };
      for (let i = 0; i < ROUNDS; i++) {
        rates.peak.push((await answers(PEAK)).served);
        const watching = new AbortController();
        const watched = watchHealth(ask, pid, watching.signal);
        const { served, refused } = await answers(clients);
        watching.abort();
        rates.over.push(served);
        rates.refused.push(refused);
        const { slowest, resident } = await watched;
        most.slowest = Math.max(most.slowest, slowest);
        most.resident = Math.max(most.resident, resident);
      }
      const [peak, over, refused] = [rates.peak, rates.over, rates.refused].map(median) as [number, number, number];
      const health = `/readyz within ${most.slowest.toFixed(0)} ms, ${most.resident.toFixed(0)} MiB`;
      rows.push({
        what: `${what}, ${clients} at once`,
        measured: `${over.toFixed(0)}/s (${((over / peak) * 100).toFixed(0)} %), ${refused.toFixed(0)}/s turned away; ${health}`,
        peer: `${peak.toFixed(0)}/s with ${PEAK} at once`,
        target: `${least > 0 ? `≥ ${least * 100} %; ` : ""}≤ 1 s${mostMiB < Number.POSITIVE_INFINITY ? `; ≤ ${mostMiB} MiB` : ""}`,
        met: over >= least * peak && most.slowest <= 1000 && most.resident <= mostMiB,
      });
    }
  }
  return rows;
}

async function answered(clients: Clients): Promise<Answered> {
  const process = startProcess("./overload-clients.ts");
  process.send(clients);
  const [answers] = (await once(process, "message")) as [Answered];
  await once(process, "exit");
  return answers;
}

/** The slowest answer in milliseconds, and the most memory resident in MiB. */
interface Health {
  slowest: number;
  resident: number;
}

async function watchHealth(ask: Ask, pid: number, signal: AbortSignal): Promise<Health> {
  let [slowest, resident] = [0, 0];
  while (!signal.aborted) {
    const started = performance.now();
    await ask("GET", "/readyz");
    slowest = Math.max(slowest, performance.now() - started);
    resident = Math.max(resident, residentMiB(pid));
    await pause(LOOK_MS);
  }
  return { slowest, resident };
}

function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1024;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await overloadRows());
