/** How fast an API server starts, and what it takes when it holds much: `node bench/scale.ts`. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createAuthority, generateTokenKey } from "@skiff/apiserver/pki";
import { median, printTable, type Row } from "./table.ts";

/** What the served process says when it is ready, and after each order. */
export interface Scale {
  readonly url: string;
  /** When its process began: milliseconds since the epoch. */
  readonly started: number;
  /** Bytes of resident memory. */
  readonly rss: number;
  /** Milliseconds a second server in the process took. */
  readonly second?: number;
}

/** The keys and certificates of the server, in PEM: they are there before it starts. */
export interface ServerKeys {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string;
  readonly signingKey: string;
}

/** What the served process may be told. */
export type ScaleOrder =
  | { readonly do: "fill"; readonly count: number; readonly bytes: number }
  | { readonly do: "second" }
  | { readonly do: "report" };

const COUNT = 100_000;
const BYTES = 1024;
const ROUNDS = 3;
/** As `./skiff` starts the control plane. */
const FLAGS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4"];
const CACHE = new URL("../node_modules/.cache/compile", import.meta.url).pathname;

/** The rows of starting and holding. */
export async function scaleRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-scale-"));
  try {
    const keys = await makeKeys();
    const cold: number[] = [];
    const second: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const server = await serve(join(home, `empty-${i}.db`), keys);
      cold.push(server.ready);
      second.push((await server.tell({ do: "second" })).second ?? Number.NaN);
      await server.stop();
    }
    const file = join(home, "full.db");
    const filling = await serve(file, keys);
    await filling.tell({ do: "fill", count: COUNT, bytes: BYTES });
    await filling.stop();
    const warm: number[] = [];
    const held: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const server = await serve(file, keys);
      warm.push(server.ready);
      held.push((await server.tell({ do: "report" })).rss);
      await server.stop();
    }
    return [
      row("cold start of the API server alone to /readyz", median(cold), 500),
      row("a second server in the process", median(second), 150),
      row(`restart to /readyz with ${COUNT} objects of ${BYTES} bytes`, median(warm), 3000),
      memoryRow(median(held)),
    ];
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Served {
  /** Milliseconds from the start of the process to the first answer that it is ready. */
  readonly ready: number;
  tell(order: ScaleOrder): Promise<Scale>;
  stop(): Promise<void>;
}

async function makeKeys(): Promise<ServerKeys> {
  const authority = await createAuthority({ cn: "bench" });
  const serving = await authority.issue({ cn: "kube-apiserver", sans: ["127.0.0.1"], usages: ["server"] });
  const { key } = await generateTokenKey();
  return { ...serving, clientCa: authority.cert, signingKey: String(key.export({ type: "pkcs8", format: "pem" })) };
}

async function serve(file: string, keys: ServerKeys): Promise<Served> {
  const child: ChildProcess = fork(new URL("./scale-served.ts", import.meta.url), [file, JSON.stringify(keys)], {
    execArgv: FLAGS,
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  });
  const [scale] = (await once(child, "message")) as [Scale];
  await readyz(`${scale.url}/readyz`, keys.clientCa);
  const ready = Date.now() - scale.started;
  return {
    ready,
    async tell(order) {
      child.send(order);
      const [answer] = (await once(child, "message")) as [Scale];
      return answer;
    },
    async stop() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function readyz(url: string, ca: string): Promise<void> {
  const asking = request(url, { ca, agent: false });
  asking.end();
  const [response] = await once(asking, "response");
  response.resume();
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
}

function row(what: string, value: number, most: number): Row {
  const measured = `${value.toFixed(0)} ms (median of ${ROUNDS})`;
  return { what, measured, target: `≤ ${most} ms`, met: value <= most };
}

function memoryRow(bytes: number): Row {
  const what = `resident memory with ${COUNT} objects of ${BYTES} bytes, after a restart`;
  return { what, measured: `${(bytes / 1e6).toFixed(0)} MB`, target: "≤ 600 MB", met: bytes <= 600e6 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await scaleRows());
