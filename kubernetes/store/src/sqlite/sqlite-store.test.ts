import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import type { Store } from "../store.ts";
import { type OpenStore, storageSuite } from "../testing/storage-suite.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const log = { error: (message: string) => assert.fail(message) };

const openIn = async (t: Parameters<OpenStore>[0], path: string): Promise<Store> => {
  const store = await openSqliteStore({ path, log });
  t.after(async () => store[Symbol.asyncDispose]());
  return store;
};

async function temporaryFile(t: Parameters<OpenStore>[0]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-store-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return join(directory, "state.db");
}

storageSuite("SQLite in memory", (t) => openIn(t, ":memory:"));
storageSuite("SQLite in a file", async (t) => openIn(t, await temporaryFile(t)));

it("openSqliteStore() goes on where the file ends: state, revision, and the history watches resume from", async (t) => {
  const path = await temporaryFile(t);
  const value = new TextEncoder().encode("1");
  const before = await openSqliteStore({ path, log });
  const result = await before.txn([], [{ put: { key: "/a", value } }]);
  await before.txn([], [{ put: { key: "/b", value } }]);
  await before[Symbol.asyncDispose]();
  await assert.rejects(before.txn([], [{ put: { key: "/c", value } }]), /closed/);

  const after = await openIn(t, path);
  assert.equal(await after.revision(), result.revision + 1);
  const seen: string[] = [];
  const { signal } = new AbortController();
  for await (const batch of after.watch("/", { fromRevision: result.revision, signal })) {
    seen.push(...batch.events.map((event) => event.kv.key));
    if (seen.length === 2) break;
  }
  assert.deepEqual(seen, ["/a", "/b"]);
});

it("compact() keeps the file bounded under overwriting", async (t) => {
  const path = await temporaryFile(t);
  const store = await openIn(t, path);
  const value = new Uint8Array(4096);
  const round = async () => {
    for (let i = 0; i < 40; i++) {
      await Promise.all(Array.from({ length: 50 }, (_, k) => store.txn([], [{ put: { key: `/k/${k}`, value } }])));
    }
    await store.compact(await store.revision());
  };
  await round();
  const { size } = await stat(path);
  for (let i = 0; i < 4; i++) await round();
  assert.ok((await stat(path)).size <= size * 1.5, "the freed pages are used again");
});
