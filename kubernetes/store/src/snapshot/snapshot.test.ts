import assert from "node:assert/strict";
import { mkdtemp, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { CompactedError, StoreDamagedError } from "../errors.ts";
import { openSqliteStore } from "../sqlite/sqlite-store.ts";
import type { Store } from "../store.ts";
import { snapshotInfo } from "./read-snapshot.ts";
import { restoreInto, restoreSqlite } from "./restore-snapshot.ts";
import { saveSqliteSnapshot, saveStoreSnapshot } from "./save-snapshot.ts";

const log = { error: (message: string) => assert.fail(message) };
const put = (key: string, value = key) => ({ put: { key, value: Buffer.from(value) } });
const state = async (store: Store) =>
  (await store.range("")).kvs.map(({ key, value }) => [key, Buffer.from(value).toString()]);

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-snapshot-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

describe("saveSqliteSnapshot()", () => {
  it("copies one moment of a store that is being written to", async (t) => {
    const directory = await temporaryDirectory(t);
    const path = join(directory, "state.db");
    const saved = join(directory, "saved.db");
    await using store = await openSqliteStore({ path, log });
    // Pairs are written together: a copy of one moment has both or none.
    let over = false;
    const writing = (async () => {
      for (let i = 0; !over; i++) await store.txn([], [put(`/a/${i}`), put(`/b/${i}`)]);
    })();
    while ((await store.revision()) < 50) await new Promise(setImmediate);
    saveSqliteSnapshot(path, saved);
    over = true;
    await writing;
    const { revision, keys } = snapshotInfo(saved);
    assert.ok(revision >= 50);
    assert.equal(keys, 2 * (revision - 1));
    assert.equal((await stat(saved)).mode & 0o777, 0o600, "others cannot read it");
  });

  it("says when there is no store", () =>
    assert.throws(() => saveSqliteSnapshot("/nowhere/state.db", "/nowhere/saved.db"), {
      message: "Cannot open the store /nowhere/state.db: unable to open database file",
    }));
});

describe("restoreSqlite()", () => {
  it("brings back what was saved, at revisions no client has seen", async (t) => {
    const directory = await temporaryDirectory(t);
    const path = join(directory, "state.db");
    const saved = join(directory, "saved.db");
    const before = await openSqliteStore({ path, log });
    await before.txn([], [put("/kept"), put("/removed later")]);
    const { revision: seen } = await before.txn([], [put("/kept", "2")]);
    saveSqliteSnapshot(path, saved);
    await before.txn([], [{ delete: { key: "/removed later" } }, put("/added later")]);
    await before[Symbol.asyncDispose]();

    const former = restoreSqlite(saved, path);
    await using after = await openSqliteStore({ path, log });
    assert.deepEqual(await state(after), [
      ["/kept", "2"],
      ["/removed later", "/removed later"],
    ]);
    assert.equal((await after.get("/kept"))?.version, 2);
    assert.ok((await after.revision()) > seen + 1);
    await assert.rejects(async () => {
      const { signal } = new AbortController();
      for await (const _ of after.watch("/", { fromRevision: seen + 1, signal }));
    }, CompactedError);
    assert.equal(former, `${path}.before-restore`);
    await using replaced = await openSqliteStore({ path: former, log });
    assert.equal((await replaced.get("/added later"))?.version, 1);
  });

  it("takes the place of a damaged store", async (t) => {
    const directory = await temporaryDirectory(t);
    const path = join(directory, "state.db");
    const saved = join(directory, "saved.db");
    const before = await openSqliteStore({ path, log });
    await before.txn([], [put("/a")]);
    saveSqliteSnapshot(path, saved);
    await before[Symbol.asyncDispose]();
    await truncate(path, 5000);
    restoreSqlite(saved, path);
    await using after = await openSqliteStore({ path, log });
    assert.deepEqual(await state(after), [["/a", "/a"]]);
  });

  it("refuses a damaged snapshot, and leaves the store as it is", async (t) => {
    const directory = await temporaryDirectory(t);
    const path = join(directory, "state.db");
    const saved = join(directory, "saved.db");
    await using store = await openSqliteStore({ path, log });
    await store.txn([], [put("/a")]);
    saveSqliteSnapshot(path, saved);
    await truncate(saved, 9000);
    assert.throws(() => restoreSqlite(saved, path), StoreDamagedError);
    assert.throws(() => restoreSqlite(join(directory, "none"), path), {
      message: `there is no snapshot ${directory}/none`,
    });
    assert.equal((await store.get("/a"))?.version, 1);
  });
});

describe("saveStoreSnapshot() and restoreInto()", () => {
  it("carry what one store holds into another, which then holds nothing else", async (t) => {
    const directory = await temporaryDirectory(t);
    const saved = join(directory, "saved.db");
    const open = async () => {
      const store = await openSqliteStore({ path: ":memory:", log });
      t.after(async () => store[Symbol.asyncDispose]());
      return store;
    };
    const from = await open();
    const lease = await from.lease(3600);
    for (let i = 0; i < 1200; i++) await from.txn([], [put(`/k/${i}`)]);
    await from.txn([], [{ put: { key: "/leased", value: Buffer.from("1"), lease } }]);
    await from.txn([], [{ delete: { key: "/k/7" } }]);
    await saveStoreSnapshot(from, saved);
    assert.equal(snapshotInfo(saved).keys, 1200);
    assert.equal(snapshotInfo(saved).revision, await from.revision());

    const to = await open();
    await to.txn([], [put("/k/1", "other"), put("/stranger")]);
    await restoreInto(to, saved);
    assert.deepEqual(await state(to), await state(from));
    const restored = (await to.get("/leased"))?.lease;
    assert.equal(await to.keepAlive(restored ?? 0), true);

    // Both kinds of snapshot are one format.
    const path = join(directory, "state.db");
    restoreSqlite(saved, path);
    await using local = await openSqliteStore({ path, log });
    assert.deepEqual(await state(local), await state(from));
  });
});
