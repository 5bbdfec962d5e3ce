/** The API server's rates beside what they are made of: a bare HTTP/2 handler for reads, the store alone for durable writes. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { median, printTable, type Row } from "./table.ts";

/** What a load generator is told. */
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

/** What a load generator answers. */
export interface LoadResult {
  /** Requests answered per second. */
  readonly rate: number;
  /** Cores the generator itself kept busy. */
  readonly generatorCpu: number;
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
type Protocol = keyof typeof GENERATORS;
const GENERATORS = { "HTTP/1.1": "./api-load-http1.ts", "HTTP/2": "./api-load.ts" } as const;
const CREATES: readonly (readonly [Protocol, number])[] = [
  ["HTTP/1.1", 1],
  ["HTTP/1.1", 16],
  ["HTTP/2", 16],
];

function start(file: string, ...args: string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}

async function measure(load: Load, generatorFile = "./api-load.ts"): Promise<LoadResult> {
  const generator = start(generatorFile);
  generator.send(load);
  const [result] = await once(generator, "message");
  await once(generator, "exit");
  return result as LoadResult;
}

async function storeRate(path: string, concurrency: number): Promise<LoadResult> {
  const child = start("./api-store.ts", path, String(concurrency), String(MILLISECONDS));
  const [rate] = await once(child, "message");
  await once(child, "exit");
  return { rate: rate as number, generatorCpu: 0 };
}

/** The rows of the API server. Rates are medians of rounds in which subject and peer take turns. */
export async function apiRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-api-"));
  const server = start("./api-served.ts", join(home, "state.db"));
  try {
    const [served] = (await once(server, "message")) as [Served];
    const base = { ca: served.ca, cert: served.cert, key: served.key, milliseconds: MILLISECONDS };
    const rows = [await getRow(served, base)];
    for (const [protocol, concurrency] of CREATES)
      rows.push(await createRow(served, base, protocol, concurrency, join(home, "alone")));
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

async function createRow(
  served: Served,
  base: Base,
  protocol: Protocol,
  concurrency: number,
  alone: string,
): Promise<Row> {
  const path = "/api/v1/namespaces/default/configmaps";
  const load = { ...base, kind: "create", path, concurrency, url: served.api } as const;
  let round = 0;
  const [ours, store] = await inTurns(
    () => measure(load, GENERATORS[protocol]),
    () => storeRate(`${alone}-${protocol.at(-1)}-${concurrency}-${round++}.db`, concurrency),
  );
  return row(`create a ConfigMap, durable, ${protocol}, ${concurrency} at once`, ours, store, "the store alone", 0.5);
}

/** The median rate of each, and what the generator took at its own. */
async function inTurns(
  subject: () => Promise<LoadResult>,
  peer: () => Promise<LoadResult>,
): Promise<[LoadResult, LoadResult]> {
  const results: [LoadResult[], LoadResult[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    results[0].push(await subject());
    results[1].push(await peer());
  }
  const middle = (of: readonly LoadResult[]): LoadResult => ({
    rate: median(of.map(({ rate }) => rate)),
    generatorCpu: median(of.map(({ generatorCpu }) => generatorCpu)),
  });
  return [middle(results[0]), middle(results[1])];
}

function row(what: string, ours: LoadResult, peer: LoadResult, peerName: string, least: number): Row {
  const ratio = ours.rate / peer.rate;
  return {
    what: `${what} (generator: ${ours.generatorCpu.toFixed(2)} cores)`,
    measured: `${ours.rate.toFixed(0)}/s (${(ratio * 100).toFixed(0)} %)`,
    peer: `${peer.rate.toFixed(0)}/s ${peerName}`,
    target: `≥ ${least * 100} %`,
    met: ratio >= least,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await apiRows());
