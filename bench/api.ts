/** The API server's rates beside what they are made of: a bare HTTP/2 handler for reads, the store alone for durable writes. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median, printTable, type Row } from "./table.ts";

/** What the load generator is told; it answers with the rate per second. */
export interface Load {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly kind: "get" | "create";
  readonly path: string;
  readonly concurrency: number;
  readonly milliseconds: number;
}

/** What the served process says when it is ready. */
export interface Served {
  readonly api: string;
  readonly bare: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly path: string;
}

const ROUNDS = 3;
const MILLISECONDS = 2000;
const GET_CONCURRENCY = 64;
const CREATE_CONCURRENCY = [1, 16];

function start(file: string, ...args: string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function measure(load: Load): Promise<number> {
  const generator = start("./api-load.ts");
  generator.send(load);
  const [rate] = await once(generator, "message");
  await once(generator, "exit");
  return rate as number;
}

async function storeRate(path: string, concurrency: number): Promise<number> {
  const child = start("./api-store.ts", path, String(concurrency), String(MILLISECONDS));
  const [rate] = await once(child, "message");
  await once(child, "exit");
  return rate as number;
}

/** The rows of the API server. Rates are medians of rounds in which subject and peer take turns. */
export async function apiRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-api-"));
  const server = start("./api-served.ts", join(home, "state.db"));
  try {
    const [served] = (await once(server, "message")) as [Served];
    const base = { ca: served.ca, cert: served.cert, key: served.key, milliseconds: MILLISECONDS };
    const rows = [await getRow(served, base)];
    for (const concurrency of CREATE_CONCURRENCY)
      rows.push(await createRow(served, base, concurrency, join(home, "alone")));
    return rows;
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
    rmSync(home, { recursive: true, force: true });
  }
}

type Base = Pick<Load, "ca" | "cert" | "key" | "milliseconds">;

async function getRow(served: Served, base: Base): Promise<Row> {
  const load = { ...base, kind: "get", path: served.path, concurrency: GET_CONCURRENCY } as const;
  const [ours, bare] = await inTurns(
    () => measure({ ...load, url: served.api }),
    () => measure({ ...load, url: served.bare }),
  );
  return row(`GET a Pod, ${GET_CONCURRENCY} at once`, ours, bare, "bare http2 compat handler", 0.4);
}

async function createRow(served: Served, base: Base, concurrency: number, alone: string): Promise<Row> {
  const path = "/api/v1/namespaces/default/configmaps";
  let round = 0;
  const [ours, store] = await inTurns(
    () => measure({ ...base, kind: "create", path, concurrency, url: served.api }),
    () => storeRate(`${alone}-${concurrency}-${round++}.db`, concurrency),
  );
  return row(`create a ConfigMap, durable, ${concurrency} at once`, ours, store, "the store alone", 0.5);
}

async function inTurns(subject: () => Promise<number>, peer: () => Promise<number>): Promise<[number, number]> {
  const rates: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    rates[0].push(await subject());
    rates[1].push(await peer());
  }
  return [median(rates[0]), median(rates[1])];
}

function row(what: string, ours: number, peer: number, peerName: string, least: number): Row {
  const ratio = ours / peer;
  return {
    what,
    measured: `${ours.toFixed(0)}/s (${(ratio * 100).toFixed(0)} %)`,
    peer: `${peer.toFixed(0)}/s ${peerName}`,
    target: `≥ ${least * 100} %`,
    met: ratio >= least,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await apiRows());
