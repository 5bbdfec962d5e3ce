import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Plugin } from "./framework.ts";
import { prioritySort } from "./plugins/priority-sort/priority-sort.ts";
import { podInfo } from "./pod-info.ts";
import { SchedulingQueue } from "./scheduling-queue.ts";
import { aNode, aPod } from "./testing/objects.ts";

const info = (name: string, priority = 0) => podInfo(aPod(name, { spec: { priority } }));
const node = aNode("n");
const added = { on: "Node/add", node } as const;

function queueAt(t: TestContext, plugins: Plugin[] = []) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let woken = 0;
  const queue = new SchedulingQueue({ sort: prioritySort, plugins, now: Date.now, ready: () => woken++ });
  t.after(() => queue.close());
  const pop = () => queue.pop()?.info.pod.metadata.name;
  /** Pops the next Pod and says that `by` had no node for it. */
  const reject = (...by: string[]) => {
    const tried = queue.pop();
    if (tried) queue.unschedulable(tried, new Set(by));
  };
  return { queue, pop, reject, woken: () => woken };
}

const wakesOnNodes: Plugin = { name: "nodes", wakesOn: ["Node/add"] };
const picky: Plugin = {
  name: "picky",
  wakesOn: ["Node/add"],
  wakes: (_, event) => "node" in event && event.node !== node,
};

describe("SchedulingQueue", () => {
  it("hands out the most important Pod first, then the one that waited longest", (t) => {
    const { queue, pop } = queueAt(t);
    queue.add(info("first"));
    t.mock.timers.tick(1);
    queue.add(info("second"));
    queue.add(info("urgent", 10));
    assert.deepEqual([pop(), pop(), pop(), pop()], ["urgent", "first", "second", undefined]);
  });

  it("wakes a rejected Pod for what its rejecter named, and for nothing else", (t) => {
    const { queue, pop, reject } = queueAt(t, [wakesOnNodes, picky]);
    queue.add(info("a"));
    reject("nodes");
    queue.add(info("b"));
    reject("picky");
    t.mock.timers.tick(20_000);
    queue.happened({ on: "Pod/delete", pod: info("x") });
    assert.equal(pop(), undefined);
    queue.happened(added);
    assert.deepEqual([pop(), pop()], ["a", undefined]);
  });

  it("lets a woken Pod wait until its backoff ends: 1 s, doubling to 10 s", (t) => {
    const { queue, pop, reject, woken } = queueAt(t, [wakesOnNodes]);
    queue.add(info("a"));
    for (const seconds of [1, 2, 4, 8, 10, 10]) {
      reject("nodes");
      queue.happened(added);
      t.mock.timers.tick(seconds * 1000 - 1);
      assert.equal(queue.lengths.active, 0);
      const before = woken();
      t.mock.timers.tick(1);
      assert.equal(queue.lengths.active, 1);
      assert.equal(woken(), before + 1);
    }
    assert.equal(pop(), "a");
  });

  it("tries a Pod again after five minutes that nothing has woken", (t) => {
    const { queue, pop, reject } = queueAt(t, [picky]);
    queue.add(info("a"));
    reject("picky");
    t.mock.timers.tick(299_999);
    assert.equal(pop(), undefined);
    t.mock.timers.tick(1);
    assert.equal(pop(), "a");
  });

  it("tries a Pod again by itself after an error", (t) => {
    const { queue, pop } = queueAt(t);
    queue.add(info("a"));
    queue.failed(queue.pop() ?? assert.fail());
    t.mock.timers.tick(1000);
    assert.equal(pop(), "a");
  });

  it("keeps a gated Pod until it is added, and forgets a removed one", (t) => {
    const { queue, pop } = queueAt(t);
    queue.gate(info("a"));
    queue.add(info("b"));
    queue.remove("default/b");
    assert.equal(pop(), undefined);
    assert.deepEqual(queue.lengths, { active: 0, backoff: 0, unschedulable: 0, gated: 1 });
    queue.add(info("a"));
    assert.equal(pop(), "a");
  });

  it("keeps only the newest version of a Pod", (t) => {
    const { queue, pop, reject } = queueAt(t, [wakesOnNodes]);
    queue.add(info("a"));
    reject("nodes");
    const newer = info("a", 5);
    assert.equal(queue.refresh(newer), true);
    t.mock.timers.tick(1000);
    queue.happened(added);
    assert.equal(queue.pop()?.info, newer);
    assert.equal(pop(), undefined);
    assert.equal(queue.refresh(newer), false);
  });
});
