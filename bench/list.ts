/** How fast reads are answered: `node bench/list.ts`. One object by `h2load` (Debian's nghttp2-client), and a long list. */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Served } from "./api.ts";
import { median, printTable, type Row } from "./table.ts";

const ITEMS = 5000;
const ITEM_BYTES = 1024;
const LISTS = 15;
const ROUNDS = 3;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

/** The forms a list is asked for in. */
const FORMS = {
  JSON: "application/json",
  protobuf: "application/vnd.kubernetes.protobuf",
  "metadata in JSON": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
  table: "application/json;as=Table;g=meta.k8s.io;v=v1",
} as const;

/** The rows of reading. */
export async function listRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-list-"));
  const server = fork(new URL("./api-served.ts", import.meta.url), [join(home, "state.db")]) as ChildProcess;
  try {
    const [served] = (await once(server, "message")) as [Served];
    const ask = asker(served);
    const rows = [await getRow(served, await readerToken(ask))];
    const text = "x".repeat(ITEM_BYTES);
    for (let i = 0; i < ITEMS; i += 50) {
      const names = Array.from({ length: 50 }, (_, j) => `list-${i + j}`);
      await Promise.all(names.map((name) => ask("POST", CONFIG_MAPS, { metadata: { name }, data: { text } })));
    }
    for (const [form, accept] of Object.entries(FORMS)) rows.push(await listRow(ask, form, accept));
    return rows;
  } finally {
    server.kill("SIGKILL");
    await once(server, "exit");
    rmSync(home, { recursive: true, force: true });
  }
}

type Ask = (method: string, path: string, body?: object, accept?: string) => Promise<Buffer>;

function asker({ api, ca, cert, key }: Served): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: 50, ca, cert, key });
  return async (method, path, body, accept = "application/json") => {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const length = sent === undefined ? {} : { "content-length": String(Buffer.byteLength(sent)) };
    const headers = { accept, "content-type": "application/json", ...length };
    const asking = request(`${api}${path}`, { method, agent, headers });
    asking.end(sent);
    const [response] = await once(asking, "response");
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece);
    const answer = Buffer.concat(pieces);
    if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${answer}`);
    return answer;
  };
}

/** A token of an account that may read: `h2load` brings no certificate. */
async function readerToken(ask: Ask): Promise<string> {
  const group = "rbac.authorization.k8s.io";
  const subjects = [{ kind: "ServiceAccount", name: "default", namespace: "default" }];
  const roleRef = { apiGroup: group, kind: "ClusterRole", name: "view" };
  const bindings = `/apis/${group}/v1/clusterrolebindings`;
  await ask("POST", bindings, { metadata: { name: "bench-view" }, roleRef, subjects });
  const answer = await ask("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", { spec: {} });
  return JSON.parse(answer.toString()).status.token;
}

async function getRow({ api, bare, path }: Served, token: string): Promise<Row> {
  const rate = async (url: string) => {
    const load = ["-t1", "-c4", "-m16", "-D2", "--warm-up-time=1", "-H", `authorization: Bearer ${token}`, url];
    const { stdout } = await promisify(execFile)("h2load", load);
    const [, rate, ok, , failed] =
      /finished in [^,]+, ([\d.]+) req\/s[\s\S]*?status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx/.exec(stdout) ?? [];
    if (!rate || ok === "0" || failed !== "0") throw new Error(`h2load ${url}: ${stdout}`);
    return Number(rate);
  };
  const rates: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    rates[0].push(await rate(`${api}${path}`));
    rates[1].push(await rate(`${bare}/`));
  }
  const [ours, peer] = rates.map((of) => median(of)) as [number, number];
  return {
    what: "GET a Pod, HTTP/2, 64 at once, token and RBAC (h2load)",
    measured: `${ours.toFixed(0)}/s (${((ours / peer) * 100).toFixed(0)} %)`,
    peer: `${peer.toFixed(0)}/s bare http2 compat handler`,
    target: "≥ 50 %, ≥ 9,000/s",
    met: ours / peer >= 0.5 && ours >= 9000,
  };
}

async function listRow(ask: Ask, form: string, accept: string): Promise<Row> {
  const times: number[] = [];
  let bytes = 0;
  for (let i = 0; i < LISTS; i++) {
    const started = performance.now();
    bytes = (await ask("GET", CONFIG_MAPS, undefined, accept)).length;
    times.push(performance.now() - started);
  }
  const [first = Number.NaN] = times;
  const value = median(times);
  return {
    what: `LIST of ${ITEMS} ConfigMaps of ${ITEM_BYTES} bytes, ${form}`,
    measured: `${value.toFixed(0)} ms (the first: ${first.toFixed(0)} ms; ${(bytes / 1e6).toFixed(1)} MB)`,
    target: form === "JSON" ? "≤ 40 ms" : "",
    met: form !== "JSON" || value <= 40,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await listRows());
