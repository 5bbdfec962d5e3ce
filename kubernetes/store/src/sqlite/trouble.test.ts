import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdtemp, open, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import { StoreDamagedError, StoreFullError } from "../errors.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const log = { error: (message: string) => assert.fail(message) };
const isRoot = process.getuid?.() === 0;

describe("a store on a full disk", { skip: isRoot ? false : "mounting a small file system needs root" }, () => {
  it("refuses writes with a clear error, goes on reading, and takes writes again once there is room", async (t) => {
    const directory = await smallDisk(t);
    const path = join(directory, "state.db");
    await using store = await openSqliteStore({ path, log });
    await writeFile(join(directory, "others"), Buffer.alloc(700_000));
    const value = new Uint8Array(4096);
    const write = (key: string) => store.txn([{ key, modRevision: 0 }], [{ put: { key, value } }]);

    let written = 0;
    const failure = await (async () => {
      try {
        for (;;) {
          await write(`/k/${written}`);
          written++;
        }
      } catch (error) {
        return error;
      }
    })();
    assert.ok(failure instanceof StoreFullError, String(failure));
    assert.equal(failure.message, `Cannot write to the store: the disk of ${path} is full`);
    assert.equal((await store.range("/k/")).kvs.length, written);
    const revision = await store.revision();

    await rm(join(directory, "others"));
    const result = await write(`/k/${written}`);
    assert.deepEqual(result, { ok: true, revision: revision + 1 }, "the write that failed left nothing behind");
  });

  it("cannot be opened anew, and says why", async (t) => {
    const directory = await smallDisk(t);
    await assert.rejects(writeFile(join(directory, "others"), Buffer.alloc(4 << 20)), { code: "ENOSPC" });
    await assert.rejects(openSqliteStore({ path: join(directory, "state.db"), log }), StoreFullError);
  });
});

describe("openSqliteStore() of a damaged file", () => {
  let directory: string;
  let whole: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "skiff-damaged-"));
    whole = join(directory, "whole.db");
    await using store = await openSqliteStore({ path: whole, log });
    const value = new Uint8Array(2000);
    for (let i = 0; i < 200; i++) await store.txn([], [{ put: { key: `/k/${i}`, value } }]);
  });
  after(() => rm(directory, { recursive: true, force: true }));

  const cases: { when: string; damage: (path: string) => Promise<void>; message: RegExp }[] = [
    {
      when: "it was cut short",
      damage: async (path) => truncate(path, (await stat(path)).size / 2),
      message: /: the file is damaged \(database disk image is malformed\)$/,
    },
    {
      when: "a page in its middle was overwritten",
      damage: (path) => overwrite(path, 20 * 4096, 4096),
      message: /: the file is damaged \(.*(Tree|Page|malformed)/,
    },
    {
      when: "it is another kind of file",
      damage: (path) => overwrite(path, 0, 100),
      message: /: the file is damaged \(file is not a database\)$/,
    },
  ];
  for (const { when, damage, message } of cases) {
    it(`says so when ${when}`, async () => {
      const path = join(directory, "damaged.db");
      await cp(whole, path);
      await damage(path);
      await assert.rejects(openSqliteStore({ path, log }), (error: Error) => {
        assert.ok(error instanceof StoreDamagedError, String(error));
        assert.ok(error.message.startsWith(`Cannot open the store ${path}`));
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("names the file when it cannot be opened for another reason", async () => {
    const path = join(directory, "no such directory", "state.db");
    await assert.rejects(openSqliteStore({ path, log }), {
      message: `Cannot open the store ${path}: unable to open database file`,
    });
  });
});

async function smallDisk(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "skiff-full-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", directory]);
  t.after(async () => {
    execFileSync("umount", [directory]);
    await rm(directory, { recursive: true });
  });
  return directory;
}

async function overwrite(path: string, at: number, length: number): Promise<void> {
  await using file = await open(path, "r+");
  await file.write(Buffer.alloc(length, 0xa5), 0, length, at);
}
