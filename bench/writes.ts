/**
 * How fast durable writes are answered: `node bench/writes.ts`. Creates are compared with what they are made of: the store alone writing
 * the same bytes, and a bare HTTPS handler on that store, which is the most that any server on Node could reach.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Ask, asker, tokenWithRole } from "./ask.ts";
import { type H2Load, h2load } from "./h2load.ts";
import { type Served, startProcess, startServed } from "./served.ts";
import { median, printTable, type Row } from "./table.ts";
import type { WriteLoad } from "./write-load.ts";

const ROUNDS = 3;
const SECONDS = 3;
const WARM_UP_SECONDS = 5;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const BODY = { metadata: { generateName: "load-" }, data: { text: "x".repeat(800) } };
/** Least share of the store's own rate, and least rate per second. */
const CREATES: readonly { protocol: H2Load["protocol"]; concurrency: number; share: number; rate: number }[] = [
  { protocol: "HTTP/1.1", concurrency: 1, share: 0.5, rate: 0 },
  { protocol: "HTTP/1.1", concurrency: 16, share: 0.5, rate: 0 },
  { protocol: "HTTP/2", concurrency: 16, share: 0.5, rate: 0 },
  { protocol: "HTTP/1.1", concurrency: 64, share: 0.6, rate: 4500 },
];
const CHANGES: readonly { what: string; kind: WriteLoad["kind"]; rate: number }[] = [
  { what: "merge patch of a ConfigMap", kind: "patch", rate: 4000 },
  { what: "merge patch of a Pod's status", kind: "status", rate: 4000 },
  { what: "delete of a ConfigMap", kind: "delete", rate: 4500 },
];
const IN_FLIGHT = 64;

/** The rows of writing. Rates are medians of rounds in which subject and peers take turns. */
export async function writeRows(): Promise<Row[]> {
  await using running = await startServed();
  const { served, home } = running;
  const ask = asker(served);
  const token = await tokenWithRole(ask, "cluster-admin");
  const bodyFile = join(home, "body.json");
  writeFileSync(bodyFile, JSON.stringify(BODY));
  const bytes = String((await ask("POST", CONFIG_MAPS, BODY)).byteLength);
  const floor = startProcess("./floor-process.ts", join(home, "floor.db"), bytes);
  const [floorUrl] = (await once(floor, "message")) as [string];
  const rows: Row[] = [];
  try {
    // A server has usually run for a while: what is measured is not how fast its code gets compiled.
    for (const url of [served.api + CONFIG_MAPS, floorUrl]) {
      await h2load({ protocol: "HTTP/1.1", concurrency: 16, seconds: WARM_UP_SECONDS, token, bodyFile, url });
    }
    let round = 0;
    for (const { protocol, concurrency, share, rate } of CREATES) {
      const load = { protocol, concurrency, seconds: SECONDS, token, bodyFile };
      const rates = { ours: [] as number[], store: [] as number[], floor: [] as number[] };
      for (let i = 0; i < ROUNDS; i++) {
        rates.ours.push(await h2load({ ...load, url: served.api + CONFIG_MAPS }));
        rates.store.push(await storeRate(join(home, `alone-${round++}.db`), concurrency, bytes));
        if (protocol === "HTTP/1.1") rates.floor.push(await h2load({ ...load, url: floorUrl }));
      }
      const [ours, store, most] = [rates.ours, rates.store, rates.floor].map(median) as [number, number, number];
      const bare = rates.floor.length > 0 ? `; bare handler on it: ${percent(most / store)}` : "";
      rows.push({
        what: `create a ConfigMap, durable, ${protocol}, ${concurrency} at once`,
        measured: `${ours.toFixed(0)}/s (${percent(ours / store)})`,
        peer: `${store.toFixed(0)}/s the store alone${bare}`,
        target: `≥ ${percent(share)}${rate > 0 ? `, ≥ ${rate}/s` : ""}`,
        met: ours / store >= share && ours >= rate,
      });
    }
  } finally {
    floor.kill("SIGKILL");
    await once(floor, "exit");
  }
  for (const { what, kind, rate } of CHANGES) {
    const value = await changeRate(served, ask, kind);
    const measured = `${value.toFixed(0)}/s`;
    rows.push({ what: `${what}, ${IN_FLIGHT} at once`, measured, target: `≥ ${rate}/s`, met: value >= rate });
  }
  return rows;
}

async function storeRate(path: string, concurrency: number, bytes: string): Promise<number> {
  const child = startProcess("./store-process.ts", path, String(concurrency), String(SECONDS * 1000), bytes);
  const [rate] = await once(child, "message");
  await once(child, "exit");
  return rate as number;
}

const POD = { metadata: { name: "load" }, spec: { containers: [{ name: "main", image: "busybox" }] } };
/** More than can be deleted in the time there is. */
const TO_DELETE = 60_000;

async function changeRate(served: Served, ask: Ask, kind: WriteLoad["kind"]): Promise<number> {
  const pods = "/api/v1/namespaces/default/pods";
  const count = kind === "delete" ? TO_DELETE : IN_FLIGHT;
  for (let i = 0; i < count; i += IN_FLIGHT) {
    const names = Array.from({ length: Math.min(IN_FLIGHT, count - i) }, (_, j) => `${kind}-${i + j}`);
    if (kind === "status") await Promise.all(names.map((name) => ask("POST", pods, { ...POD, metadata: { name } })));
    else await Promise.all(names.map((name) => ask("POST", CONFIG_MAPS, { metadata: { name }, data: { text: "x" } })));
  }
  const load: WriteLoad = {
    ...{ url: served.api, ca: served.ca, cert: served.cert, key: served.key, kind, count },
    ...{ path: kind === "status" ? pods : CONFIG_MAPS, concurrency: IN_FLIGHT, milliseconds: SECONDS * 1000 },
  };
  const generator = startProcess("./write-load.ts");
  generator.send(load);
  const [rate] = await once(generator, "message");
  await once(generator, "exit");
  return rate as number;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) printTable(await writeRows());
