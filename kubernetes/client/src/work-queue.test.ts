import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ItemBackoff } from "./backoff.ts";
import { WorkQueue } from "./work-queue.ts";

describe("WorkQueue", () => {
  it("gives a key out once, however often it was added", async () => {
    const queue = new WorkQueue();
    for (const key of ["a", "b", "a"]) queue.add(key);
    assert.equal(await queue.take(), "a");
    assert.equal(await queue.take(), "b");
    assert.equal(queue.length, 0);
  });

  it("keeps a key back that is being worked on, and gives it out again afterwards", async () => {
    const queue = new WorkQueue();
    queue.add("a");
    await queue.take();
    queue.add("a");
    assert.equal(queue.length, 0);
    queue.done("a");
    assert.equal(await queue.take(), "a");
  });

  it("wakes who waits for a key", async () => {
    const queue = new WorkQueue();
    const taken = queue.take();
    queue.add("late");
    assert.equal(await taken, "late");
  });

  it("adds after a delay, the earliest asked for", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const queue = new WorkQueue();
    queue.addAfter("a", 5000);
    queue.addAfter("a", 1000);
    queue.addAfter("a", 3000);
    t.mock.timers.tick(999);
    assert.equal(queue.length, 0);
    t.mock.timers.tick(1);
    assert.equal(queue.length, 1);
    queue.close();
  });

  it("lets go of takers and timers when closed", async () => {
    const queue = new WorkQueue();
    const taken = queue.take();
    queue.addAfter("a", 60_000);
    queue.close();
    assert.equal(await taken, undefined);
    queue.add("b");
    assert.equal(await queue.take(), undefined);
  });
});

describe("ItemBackoff", () => {
  it("doubles with every failure up to its limit, and forgets on success", () => {
    const backoff = new ItemBackoff(5, 30);
    assert.deepEqual(
      [1, 2, 3, 4].map(() => backoff.next("a")),
      [5, 10, 20, 30],
    );
    assert.equal(backoff.next("b"), 5);
    backoff.forget("a");
    assert.equal(backoff.next("a"), 5);
  });
});
