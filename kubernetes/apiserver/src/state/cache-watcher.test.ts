import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { configMaps } from "@skiff/api/resources";
import { CacheWatcher } from "./cache-watcher.ts";
import { Change } from "./change.ts";
import { createCodec } from "./codec.ts";
import { Entry } from "./entry.ts";
import { FanOut } from "./fan-out.ts";

function change(revision: number, bytes = 100): Change {
  const value = Buffer.from('{"metadata":{"name":"a"}}');
  const kv = { key: "a", value, createRevision: 1, modRevision: revision, version: 1 };
  return new Change(revision, new Entry("a", kv, createCodec(configMaps)), undefined, false, bytes);
}

describe("CacheWatcher", () => {
  it("hands over what happened since it was last read, in order", async () => {
    const watcher = new CacheWatcher(new FanOut(), () => {});
    watcher.offer(change(1));
    watcher.offer(change(2));
    assert.deepEqual(
      (await watcher.next())?.map(({ revision }) => revision),
      [1, 2],
    );
  });

  it("wakes a reader with nothing to read when poked", async () => {
    const watcher = new CacheWatcher(new FanOut(), () => {});
    const next = watcher.next();
    watcher.poke();
    assert.deepEqual(await next, []);
  });

  for (const { when, count, bytes } of [
    { when: "too many changes", count: 16_385, bytes: 1 },
    { when: "too much to hold", count: 65, bytes: 1 << 20 },
  ]) {
    it(`is cut off when ${when} wait to be read`, async () => {
      let detached = false;
      const watcher = new CacheWatcher(new FanOut(), () => {
        detached = true;
      });
      const one = change(1, bytes);
      for (let i = 1; i < count; i++) watcher.offer(one);
      assert.equal(detached, false);
      watcher.offer(one);
      assert.equal(detached, true);
      assert.equal(await watcher.next(), undefined);
    });
  }

  it("may hold as much again once it has been read", async () => {
    const watcher = new CacheWatcher(new FanOut(), () => {});
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 40; i++) watcher.offer(change(i, 1 << 20));
      assert.equal((await watcher.next())?.length, 40);
    }
  });
});
