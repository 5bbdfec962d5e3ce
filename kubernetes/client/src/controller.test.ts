import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { runController } from "./controller.ts";
import type { Reconciler, Watch } from "./reconciler.ts";
import { silentLog } from "./testing/silent-log.ts";

/** A watch that feeds the given keys, once the controller runs. */
const feeding = (...keys: string[]): Watch => ({
  informers: [],
  feed(enqueue) {
    for (const key of keys) enqueue(key);
    return () => {};
  },
});

async function run(
  watches: readonly Watch[],
  reconcile: (key: string, stop: () => void) => ReturnType<Reconciler["reconcile"]>,
) {
  const stop = new AbortController();
  const reconciler: Reconciler = { name: "test", watches, reconcile: (key) => reconcile(key, () => stop.abort()) };
  await runController(reconciler, { log: silentLog, signal: stop.signal, workers: 2 });
}

describe("runController()", () => {
  it("tries again what throws, and goes on with the rest", async () => {
    const seen: string[] = [];
    await run([feeding("bad", "good")], async (key, stop) => {
      seen.push(key);
      if (seen.filter((each) => each === "bad").length === 3) stop();
      if (key === "bad") throw new Error("not yet");
    });
    assert.deepEqual(seen, ["bad", "good", "bad", "bad"]);
  });

  it("comes back after the time asked for", async () => {
    let calls = 0;
    await run([feeding("a")], async (_key, stop) => {
      calls++;
      if (calls === 2) stop();
      return { requeueAfterMs: 1 };
    });
    assert.equal(calls, 2);
  });

  it("never works on one key twice at once", async () => {
    let [running, most, calls] = [0, 0, 0];
    let enqueue: (key: string) => void = () => {};
    const watch: Watch = {
      informers: [],
      feed(add) {
        enqueue = add;
        add("a");
        return () => {};
      },
    };
    await run([watch], async (_key, stop) => {
      most = Math.max(most, ++running);
      calls++;
      enqueue("a");
      await Promise.resolve();
      running--;
      if (calls === 5) stop();
    });
    assert.equal(most, 1);
  });

  it("ends at once when stopped before its informers have synced", async () => {
    const signal = AbortSignal.abort();
    const never = { synced: (s?: AbortSignal) => new Promise<void>((_, reject) => reject(s?.reason)) };
    const watches = [{ informers: [never], feed: () => () => {} }];
    await runController({ name: "test", watches, reconcile: async () => {} }, { log: silentLog, signal });
  });
});
