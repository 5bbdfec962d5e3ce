import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import type { Store } from "../store.ts";
import { startEtcd, type TestEtcd } from "../testing/start-etcd.ts";
import { createConnection } from "./connection.ts";
import { openEtcdStore } from "./etcd-store.ts";

const prefix = "/skiff";
const log = { warn: () => {} };

async function open(t: TestContext, endpoints: readonly string[]): Promise<Store> {
  const store = await openEtcdStore({ endpoints, prefix, log });
  t.after(async () => store[Symbol.asyncDispose]());
  return store;
}

it("openEtcdStore() loses no acknowledged write and no change when the leader dies under load, twice", async (t) => {
  const etcd = await startEtcd(t, { members: 3 });
  const [first = "", second = "", third = ""] = etcd.endpoints;
  const writer = await open(t, [first, second, third]);
  const other = await open(t, [third, first, second]);
  const from = (await writer.revision()) + 1;

  const stop = new AbortController();
  const seen: { readonly key: string; readonly revision: number }[] = [];
  const progress: number[] = [];
  const watching = [
    follow(other, from, stop.signal, false, (key, revision) => seen.push({ key, revision })),
    follow(writer, from, stop.signal, true, (_, revision) => progress.push(revision)),
  ];

  const load = createLoad([writer, other]);
  await load.until(200);
  for (let i = 0; i < 2; i++) {
    const leader = await leaderOf(etcd.endpoints);
    const before = load.acknowledged.size;
    await etcd.kill(leader);
    await load.until(before + 200);
    await etcd.restart(leader);
  }
  await load.end();
  const last = await writer.revision();
  while ((progress.at(-1) ?? 0) < last || (seen.at(-1)?.revision ?? 0) < load.last) await load.breathe();
  stop.abort();
  await Promise.all(watching);

  const stored = new Map((await other.range("/load/")).kvs.map(({ key, modRevision }) => [key, modRevision]));
  assert.equal(stored.size, load.acknowledged.size, "every write was acknowledged in the end");
  for (const [key, revision] of load.acknowledged) assert.equal(stored.get(key), revision, key);
  assert.deepEqual(
    seen.filter(({ key }) => key !== "/load-count"),
    [...stored].map(([key, revision]) => ({ key, revision })).toSorted((a, b) => a.revision - b.revision),
  );
  assert.equal(Number(Buffer.from((await writer.get("/load-count"))?.value ?? [])), load.increments);
  assert.deepEqual(
    progress,
    Array.from({ length: last - from + 1 }, (_, i) => from + i),
    "one batch for each revision",
  );
});

/** Writers that create keys, and others that count up one key by compare-and-swap. */
function createLoad(stores: readonly Store[]) {
  const acknowledged = new Map<string, number>();
  let increments = 0;
  let next = 0;
  let last = 0;
  let over = false;
  const heard: (() => void)[] = [];
  const hear = () => {
    for (const resolve of heard.splice(0)) resolve();
  };
  const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
  const create = async (store: Store) => {
    while (!over) {
      const key = `/load/${next++}`;
      const result = await store.txn([{ key, modRevision: 0 }], [{ put: { key, value: Buffer.from(key) } }]);
      assert.ok(result.ok, `nobody else writes ${key}`);
      acknowledged.set(key, result.revision);
      last = Math.max(last, result.revision);
      hear();
    }
  };
  const increment = async (store: Store) => {
    const key = "/load-count";
    while (!over) {
      const current = await store.get(key);
      const value = Buffer.from(String(Number(Buffer.from(current?.value ?? [])) + 1));
      const result = await store.txn([{ key, modRevision: current?.modRevision ?? 0 }], [{ put: { key, value } }]);
      if (!result.ok) continue;
      increments += 1;
      last = Math.max(last, result.revision);
    }
  };
  const work = stores.flatMap((store) => [create(store), create(store), increment(store)]);
  const failed = Promise.all(work).then(() => {});
  return {
    acknowledged,
    get increments() {
      return increments;
    },
    get last() {
      return last;
    },
    breathe,
    /** Resolves when so many creations have been acknowledged. */
    async until(count: number) {
      while (acknowledged.size < count) {
        await Promise.race([failed, new Promise<void>((resolve) => heard.push(resolve))]);
      }
    },
    async end() {
      over = true;
      await failed;
    },
  };
}

async function follow(
  store: Store,
  fromRevision: number,
  signal: AbortSignal,
  progress: boolean,
  note: (key: string, revision: number) => void,
): Promise<void> {
  for await (const batch of store.watch("/load", { fromRevision, signal, progress })) {
    if (progress) note("", batch.revision);
    else for (const { kv } of batch.events) note(kv.key, kv.modRevision);
  }
}

async function leaderOf(endpoints: TestEtcd["endpoints"]): Promise<number> {
  for (const [i, endpoint] of endpoints.entries()) {
    using connection = createConnection({ endpoints: [endpoint], prefix, log, patienceMs: 1000 });
    const status = await connection.call("Status", {});
    if (status.leader === status.header?.memberId) return i;
  }
  throw new Error("the cluster has no leader");
}
