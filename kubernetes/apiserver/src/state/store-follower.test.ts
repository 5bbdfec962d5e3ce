import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findResource } from "@skiff/api";
import { CompactedError, openSqliteStore, type Store } from "@skiff/store";
import { openCaches } from "./caches.ts";

const encode = (name: string) =>
  new TextEncoder().encode(
    JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" } }),
  );
const keyOf = (name: string) => `/registry/core/configmaps/default/${name}`;

/** A store whose watches can be made to fail, and are then held back until they are let go. */
function failing(store: Store) {
  let fail: (error: Error) => void = () => {};
  let held = Promise.resolve();
  const inner: Store = {
    revision: () => store.revision(),
    get: (key, o) => store.get(key, o),
    range: (prefix, o) => store.range(prefix, o),
    txn: (compares, ops) => store.txn(compares, ops),
    compact: (revision) => store.compact(revision),
    lease: (ttl) => store.lease(ttl),
    keepAlive: (lease) => store.keepAlive(lease),
    revoke: (lease) => store.revoke(lease),
    async *watch(prefix, o) {
      await held;
      const failure = Promise.withResolvers<never>();
      fail = failure.reject;
      const batches = store.watch(prefix, o)[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([batches.next(), failure.promise]);
        if (next.done) return;
        yield next.value;
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
  return {
    store: inner,
    /** Ends the watch with the error; the next one begins when the answer is called. */
    cut(error: Error): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      fail(error);
      return resolve;
    },
  };
}

describe("caches whose watch of the store failed", () => {
  const cases = [
    { name: "go on where they were", compacted: false, watcherLives: true },
    { name: "read everything anew when the store has forgotten what was missed", compacted: true, watcherLives: false },
  ];
  for (const { name, compacted, watcherLives } of cases) {
    it(name, async () => {
      const info = findResource("", "v1", "configmaps");
      assert.ok(info);
      await using store = await openSqliteStore({ path: ":memory:", log: { error: () => {} } });
      const put = (key: string) => store.txn([], [{ put: { key: keyOf(key), value: encode(key) } }]);
      for (const key of ["kept", "deleted", "changed"]) await put(key);
      const breakable = failing(store);
      const failures: unknown[] = [];
      const recovery = Promise.withResolvers<void>();
      await using caches = await openCaches(breakable.store, {
        failed: (error) => failures.push(error),
        recovered: recovery.resolve,
      });
      const cache = caches.of(info);
      const told = new Set<string>();
      cache.onChange((key) => told.add(key));
      await put("seen");
      await caches.fresh();
      const before = caches.revision;
      const watcher = cache.subscribe();
      const kept = cache.entries.get("default/kept");

      const letGo = breakable.cut(new Error("the line is cut"));
      await put("missed");
      await put("changed");
      const { revision } = await store.txn([], [{ delete: { key: keyOf("deleted") } }]);
      if (compacted) await store.compact(revision);
      await assert.rejects(caches.fresh(), { code: 503, message: /no longer follows its store/ });
      letGo();
      await recovery.promise;
      await caches.fresh();

      assert.deepEqual(
        [...cache.entries.under("")].map(({ key }) => key),
        ["default/changed", "default/kept", "default/missed", "default/seen"],
      );
      assert.equal(cache.entries.get("default/kept"), kept);
      assert.deepEqual(
        [...told].toSorted(),
        ["changed", "deleted", "missed", "seen"].map((key) => `default/${key}`),
      );
      assert.equal(caches.revision, revision);
      assert.equal(failures.length, compacted ? 2 : 1);
      assert.equal(failures.at(-1) instanceof CompactedError, compacted);
      const changes = await watcher.next();
      assert.equal(changes?.length, watcherLives ? 3 : undefined);
      assert.equal(cache.changesSince(before)?.length, watcherLives ? 3 : undefined);
    });
  }
});
