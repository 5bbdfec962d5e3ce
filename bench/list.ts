/** How fast reads are answered: `node bench/list.ts`. One object by `h2load` (Debian's nghttp2-client), and a long list. */
import { pathToFileURL } from "node:url";
import { type Ask, asker, tokenWithRole } from "./ask.ts";
import { h2load } from "./h2load.ts";
import { type Served, startServed } from "./served.ts";
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
  await using running = await startServed();
  const { served } = running;
  const ask = asker(served);
  const rows = [await getRow(served, await tokenWithRole(ask, "view"))];
  const text = "x".repeat(ITEM_BYTES);
  for (let i = 0; i < ITEMS; i += 50) {
    const names = Array.from({ length: 50 }, (_, j) => `list-${i + j}`);
    await Promise.all(names.map((name) => ask("POST", CONFIG_MAPS, { metadata: { name }, data: { text } })));
  }
  for (const [form, accept] of Object.entries(FORMS)) rows.push(await listRow(ask, form, accept));
  return rows;
}

async function getRow({ api, bare, path }: Served, token: string): Promise<Row> {
  const rate = (url: string) => h2load({ url, protocol: "HTTP/2", concurrency: 64, seconds: 2, token });
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
