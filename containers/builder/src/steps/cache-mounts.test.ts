import assert from "node:assert/strict";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type CacheMounts, openCacheMounts, type Sharing } from "./cache-mounts.ts";

async function setUp(t: TestContext): Promise<CacheMounts> {
  const root = await mkdtemp(join(tmpdir(), "skiff-cache-mounts-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  return openCacheMounts(root);
}

const made = { mode: 0o700, uid: 0, gid: 0 };
const acquire = (mounts: CacheMounts, sharing: Sharing, signal = new AbortController().signal) =>
  mounts.acquire("id", sharing, made, signal);

describe("CacheMounts.acquire()", () => {
  it("gives all users of a shared cache the same directory", async (t) => {
    const mounts = await setUp(t);
    const [one, two] = await Promise.all([acquire(mounts, "shared"), acquire(mounts, "shared")]);
    assert.equal(one.directory, two.directory);
    assert.equal((await stat(one.directory)).mode & 0o777, 0o700);
  });

  it("gives the users of a private cache one each, and a free one again", async (t) => {
    const mounts = await setUp(t);
    const one = await acquire(mounts, "private");
    const two = await acquire(mounts, "private");
    assert.notEqual(one.directory, two.directory);
    one.release();
    assert.equal((await acquire(mounts, "private")).directory, one.directory);
  });

  it("lets the users of a locked cache wait for each other, in their order", async (t) => {
    const mounts = await setUp(t);
    const order: string[] = [];
    const first = await acquire(mounts, "locked");
    const second = acquire(mounts, "locked").then((lease) => {
      order.push("second");
      lease.release();
    });
    const third = acquire(mounts, "locked").then((lease) => {
      order.push("third");
      lease.release();
    });
    order.push("first");
    first.release();
    await Promise.all([second, third]);
    assert.deepEqual(order, ["first", "second", "third"]);
  });

  it("passes the lock on when one who waits gives up", async (t) => {
    const mounts = await setUp(t);
    const first = await acquire(mounts, "locked");
    const abort = new AbortController();
    const second = acquire(mounts, "locked", abort.signal);
    const third = acquire(mounts, "locked");
    abort.abort(new Error("enough"));
    first.release();
    await assert.rejects(second, /enough/);
    (await third).release();
  });
});
