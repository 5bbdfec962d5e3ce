/** What every Store must do, whatever is behind it. A backend is accepted when this passes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BadRequestError, CompactedError, FutureRevisionError, StoreClosedError } from "../errors.ts";
import type { Store, WatchBatch } from "../store.ts";

/** Opens an empty store, and closes it when the test is over. */
export type OpenStore = (t: { after(fn: () => Promise<void>): void }) => Promise<Store>;

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined) => new TextDecoder().decode(value);
const put = (key: string, value = key) => ({ put: { key, value: bytes(value) } });

/** Declares the suite for the store that `open` gives. */
export function storageSuite(name: string, open: OpenStore): void {
  describe(`${name} as a Store`, () => {
    transactions(open);
    values(open);
    ranges(open);
    watches(open);
    leasesAndCompaction(open);
  });
}

function transactions(open: OpenStore): void {
  it("gives each transaction one revision and each key its history", async (t) => {
    const store = await open(t);
    const first = await write(store, put("/a", "1"), put("/b", "1"));
    const second = await write(store, put("/a", "2"));
    assert.equal(second, first + 1);
    const a = await store.get("/a");
    assert.deepEqual([text(a?.value), a?.createRevision, a?.modRevision, a?.version], ["2", first, second, 2]);
    assert.equal((await store.get("/b"))?.modRevision, first);
    assert.equal(await store.revision(), second);
  });

  it("writes nothing when one compare fails, and says what is there", async (t) => {
    const store = await open(t);
    const revision = await write(store, put("/a", "1"));
    const result = await store.txn(
      [
        { key: "/a", modRevision: revision },
        { key: "/b", modRevision: 7 },
      ],
      [put("/a", "2")],
    );
    assert.ok(!result.ok);
    assert.deepEqual(
      result.current.map((kv) => text(kv?.value)),
      ["1", ""],
    );
    assert.equal(text((await store.get("/a"))?.value), "1");
    assert.equal(await store.revision(), revision);
  });

  it("lets one of many writers that compare the same revision win", async (t) => {
    const store = await open(t);
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, i) => store.txn([{ key: "/a", modRevision: 0 }], [put("/a", String(i))])),
    );
    assert.equal(results.filter((result) => result.ok).length, 1);
    assert.equal((await store.get("/a"))?.version, 1);
  });

  it("starts a key anew after its deletion, and takes no revision for deleting what is not there", async (t) => {
    const store = await open(t);
    await write(store, put("/a"));
    const deleted = await write(store, { delete: { key: "/a" } });
    assert.equal(await store.get("/a"), undefined);
    assert.equal(await write(store, { delete: { key: "/a" } }), deleted);
    const again = await write(store, put("/a"));
    assert.deepEqual([(await store.get("/a"))?.createRevision, (await store.get("/a"))?.version], [again, 1]);
  });

  it("refuses a transaction that writes a key twice without disturbing its neighbours", async (t) => {
    const store = await open(t);
    const [good, bad] = await Promise.allSettled([
      store.txn([], [put("/good")]),
      store.txn([], [put("/a", "1"), put("/a", "2")]),
    ]);
    assert.equal(good.status, "fulfilled");
    assert.ok(bad.status === "rejected" && bad.reason instanceof BadRequestError);
    assert.equal(await store.get("/a"), undefined);
  });
}

function values(open: OpenStore): void {
  it("keeps any bytes, none at all, and a mebibyte", async (t) => {
    const store = await open(t);
    const every = Uint8Array.from({ length: 256 }, (_, i) => i);
    const large = new Uint8Array(1 << 20).fill(7);
    const kept = { "/every": every, "/empty": new Uint8Array(), "/large": large };
    await write(store, ...Object.entries(kept).map(([key, value]) => ({ put: { key, value } })));
    for (const [key, value] of Object.entries(kept)) {
      assert.deepEqual(Buffer.from((await store.get(key))?.value ?? []), Buffer.from(value), key);
    }
  });

  it("tells what a key was at any revision that is not forgotten", async (t) => {
    const store = await open(t);
    const first = await write(store, put("/a", "1"));
    const second = await write(store, put("/a", "2"));
    const third = await write(store, { delete: { key: "/a" } });
    const at = async (revision: number) => text((await store.get("/a", { revision }))?.value);
    assert.deepEqual([await at(first), await at(second), await at(third)], ["1", "2", ""]);
    assert.equal((await store.range("/a", { revision: first })).kvs[0]?.version, 1);
    assert.equal((await store.range("/a", { revision: third })).kvs.length, 0);
  });
}

function ranges(open: OpenStore): void {
  it("sorts by bytes, and knows a prefix from its neighbours", async (t) => {
    const store = await open(t);
    const keys = ["/p/", "/p/A", "/p/a", "/p/a/b", "/p/ü", "/p/\u{1f600}"];
    await write(store, ...[...keys, "/p", "/p0", "/o/z"].toReversed().map((key) => put(key)));
    const all = await store.range("/p/");
    assert.deepEqual(
      all.kvs.map(({ key }) => key),
      keys,
    );
    const exact = await store.range("/p/", { limit: keys.length });
    assert.deepEqual([exact.kvs.length, exact.more, exact.remaining], [keys.length, false, 0]);
    const past = await store.range("/p/", { startAfter: "/p/\u{1f600}" });
    assert.deepEqual([past.kvs.length, past.more, past.remaining], [0, false, 0]);
    const between = await store.range("/p/", { startAfter: "/p/a.", limit: 1 });
    assert.deepEqual([between.kvs[0]?.key, between.remaining], ["/p/a/b", 2]);
  });

  it("pages through a prefix at one revision, whatever is written meanwhile", async (t) => {
    const store = await open(t);
    const revision = await write(store, ...["/p/a", "/p/b", "/p/c", "/p/d", "/q"].map((key) => put(key)));
    const first = await store.range("/p/", { limit: 2 });
    assert.deepEqual([first.kvs.map((kv) => kv.key), first.more, first.remaining], [["/p/a", "/p/b"], true, 2]);
    await write(store, { delete: { key: "/p/c" } }, put("/p/bb"));
    const rest = await store.range("/p/", { revision: first.revision, startAfter: "/p/b", limit: 2 });
    assert.deepEqual([rest.kvs.map((kv) => kv.key), rest.more, rest.remaining], [["/p/c", "/p/d"], false, 0]);
    assert.equal(first.revision, revision);
    assert.deepEqual(
      (await store.range("/p/")).kvs.map((kv) => kv.key),
      ["/p/a", "/p/b", "/p/bb", "/p/d"],
    );
  });

  it("refuses a revision that has not happened", async (t) => {
    const store = await open(t);
    const next = (await store.revision()) + 1;
    await assert.rejects(store.range("/", { revision: next }), FutureRevisionError);
    await assert.rejects(store.get("/a", { revision: next }), FutureRevisionError);
  });
}

function watches(open: OpenStore): void {
  it("delivers changes in order with what was there before, past ones first", async (t) => {
    const store = await open(t);
    const first = await write(store, put("/w/a", "1"));
    await write(store, put("/other"));
    await write(store, put("/w/a", "2"));
    const seen = collect(store, "/w/", first, 4);
    await write(store, { delete: { key: "/w/a" } });
    await write(store, put("/w/b", "3"));
    const events = (await seen).flatMap((batch) => batch.events);
    assert.deepEqual(
      events.map((event) => [event.type, event.kv.key, text(event.kv.value), text(event.prev?.value)]),
      [
        ["put", "/w/a", "1", ""],
        ["put", "/w/a", "2", "1"],
        ["delete", "/w/a", "", "2"],
        ["put", "/w/b", "3", ""],
      ],
    );
    const revisions = events.map((event) => event.kv.modRevision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
    );
  });

  it("misses nothing when a watch begins among concurrent writes", async (t) => {
    const store = await open(t);
    const from = (await store.revision()) + 1;
    const writes = Array.from({ length: 300 }, (_, i) => store.txn([], [put(`/k/${i % 7}`, String(i))]));
    await writes[20];
    const seen = collect(store, "/k/", from, 300);
    await Promise.all(writes);
    const revisions = (await seen).map((batch) => batch.revision);
    assert.deepEqual(
      revisions,
      Array.from({ length: 300 }, (_, i) => from + i),
    );
  });

  it("delivers a transaction whole, and to each watcher what is its own", async (t) => {
    const store = await open(t);
    const from = (await store.revision()) + 1;
    const [all, some] = [collect(store, "/t/", from, 2), collect(store, "/t/b", from, 2)];
    await write(store, put("/t/a"), put("/t/b"), put("/elsewhere"));
    await write(store, put("/t/b"), { delete: { key: "/t/a" } }, { delete: { key: "/t/missing" } });
    const keysOf = (batches: WatchBatch[]) =>
      batches.map(({ events }) => events.map(({ type, kv }) => `${type} ${kv.key}`).sort());
    assert.deepEqual(keysOf(await all), [
      ["put /t/a", "put /t/b"],
      ["delete /t/a", "put /t/b"],
    ]);
    assert.deepEqual(keysOf(await some), [["put /t/b"], ["put /t/b"]]);
  });

  it("waits for a revision that has not happened", async (t) => {
    const store = await open(t);
    const from = (await store.revision()) + 3;
    const seen = collect(store, "/", from, 1);
    for (let i = 0; i < 3; i++) await write(store, put("/f", String(i)));
    assert.deepEqual(
      (await seen).map(({ revision, events }) => [revision, text(events[0]?.kv.value)]),
      [[from, "2"]],
    );
  });

  it("tells of progress among changes in order, one batch for each revision", async (t) => {
    const store = await open(t);
    const from = (await store.revision()) + 1;
    for (let i = 0; i < 6; i++) await write(store, put(i % 2 === 0 ? "/seen" : "/other"));
    const stop = new AbortController();
    const seen: [number, number][] = [];
    for await (const { revision, events } of store.watch("/seen", {
      fromRevision: from,
      signal: stop.signal,
      progress: true,
    })) {
      seen.push([revision, events.length]);
      if (revision >= from + 5) break;
    }
    const changes = seen.filter(([, events]) => events > 0).map(([revision]) => revision);
    assert.deepEqual(changes, [from, from + 2, from + 4]);
    const revisions = seen.map(([revision]) => revision);
    assert.deepEqual(
      revisions,
      revisions.toSorted((a, b) => a - b),
    );
  });

  it("ends its watches, and refuses what comes after, once it is closed", async (t) => {
    const store = await open(t);
    const watching = collect(store, "/", (await store.revision()) + 1, 1);
    await store[Symbol.asyncDispose]();
    assert.deepEqual(await watching, []);
    await assert.rejects(store.get("/a"), StoreClosedError);
    await assert.rejects(store.txn([], [put("/a")]), StoreClosedError);
  });

  it("reports progress on request and ends when its signal aborts", async (t) => {
    const store = await open(t);
    const stop = new AbortController();
    const seen: number[] = [];
    const revision = await store.revision();
    const watching = (async () => {
      for await (const batch of store.watch("/none/", {
        fromRevision: revision + 1,
        signal: stop.signal,
        progress: true,
      })) {
        assert.equal(batch.events.length, 0);
        seen.push(batch.revision);
        if (batch.revision > revision) stop.abort();
      }
    })();
    await write(store, put("/a"));
    await watching;
    assert.equal(seen.at(-1), revision + 1);
  });
}

function leasesAndCompaction(open: OpenStore): void {
  it("forgets history up to a compaction and nothing else", async (t) => {
    const store = await open(t);
    const old = await write(store, put("/a", "1"));
    await write(store, put("/b"), put("/a", "2"));
    const at = await write(store, { delete: { key: "/b" } });
    const after = await write(store, put("/a", "3"));
    await store.compact(at);
    await assert.rejects(store.get("/a", { revision: old }), CompactedError);
    await assert.rejects(store.range("/", { revision: old }), CompactedError);
    await assert.rejects(collect(store, "/", old, 1), CompactedError);
    assert.equal(text((await store.get("/a", { revision: at }))?.value), "2");
    const [batch] = await collect(store, "/", at + 1, 1);
    assert.deepEqual([batch?.revision, text(batch?.events[0]?.prev?.value)], [after, "2"]);
  });

  it("forgets no more than it was told, and nothing twice", async (t) => {
    const store = await open(t);
    const first = await write(store, put("/a", "1"));
    const second = await write(store, put("/a", "2"));
    await store.compact(second);
    await store.compact(first);
    assert.equal(text((await store.get("/a", { revision: second }))?.value), "2");
    await assert.rejects(store.compact(second + 100), FutureRevisionError);
  });

  it("deletes the keys of a lease when it is revoked or ends, unless they were written again without it", async (t) => {
    const store = await open(t);
    const lease = await store.lease(3600);
    await write(
      store,
      { put: { key: "/l/a", value: bytes("1"), lease } },
      { put: { key: "/l/b", value: bytes("1"), lease } },
    );
    assert.equal((await store.get("/l/a"))?.lease, lease);
    const revision = await write(store, put("/l/b", "2"));
    assert.equal(await store.keepAlive(lease), true);
    await store.revoke(lease);
    assert.deepEqual(
      (await store.range("/l/")).kvs.map((kv) => kv.key),
      ["/l/b"],
    );
    assert.equal(await store.keepAlive(lease), false);
    const short = await store.lease(0.05);
    await write(store, { put: { key: "/l/c", value: bytes("1"), lease: short } });
    const ended = await collect(store, "/l/c", revision + 1, 2);
    assert.deepEqual(
      ended.map((batch) => batch.events[0]?.type),
      ["put", "delete"],
    );
  });

  it("refuses a lease that does not exist", async (t) => {
    const store = await open(t);
    await assert.rejects(store.txn([], [{ put: { key: "/a", value: bytes(""), lease: 999_999 } }]), BadRequestError);
  });
}

async function write(store: Store, ...ops: Parameters<Store["txn"]>[1]): Promise<number> {
  const result = await store.txn([], ops);
  assert.ok(result.ok);
  return result.revision;
}

async function collect(store: Store, prefix: string, fromRevision: number, count: number): Promise<WatchBatch[]> {
  const batches: WatchBatch[] = [];
  const stop = new AbortController();
  for await (const batch of store.watch(prefix, { fromRevision, signal: stop.signal })) {
    batches.push(batch);
    if (batches.length === count) break;
  }
  return batches;
}
