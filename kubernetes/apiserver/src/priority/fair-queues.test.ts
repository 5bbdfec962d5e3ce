import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FairQueues } from "./fair-queues.ts";
import { shuffleShard } from "./shuffle-shard.ts";

function request(name: string, started: string[], width = 1) {
  return { width, since: 0, start: () => void started.push(name), refuse: () => void started.push(`-${name}`) };
}

function serve(queues: FairQueues, most: number): void {
  for (let next = queues.shift(), n = 0; next && n < most; next = queues.shift(), n++) next.start();
}

describe("fair queues", () => {
  it("serve a flow with one request soon, however many another has", () => {
    const queues = new FairQueues({ queues: 64, handSize: 4, limit: 50 });
    const started: string[] = [];
    for (let i = 0; i < 150; i++) queues.add("flood", request("flood", started));
    queues.add("quiet", request("quiet", started));
    serve(queues, 6);
    assert.equal(started.includes("quiet"), true);
    assert.equal(queues.length, 150 + 1 - 7);
  });

  it("turn away what the flow's queues have no room for, and nobody else", () => {
    const queues = new FairQueues({ queues: 64, handSize: 4, limit: 10 });
    const added = Array.from({ length: 60 }, () => queues.add("flood", request("flood", [])));
    assert.equal(added.filter(Boolean).length, 40);
    assert.equal(queues.add("quiet", request("quiet", [])), true);
  });

  it("count a wide request as what it is", () => {
    const queues = new FairQueues({ queues: 8, handSize: 1, limit: 50 });
    const started: string[] = [];
    const [wide, narrow] = ["lists", "gets"];
    for (let i = 0; i < 10; i++) queues.add(wide, request("list", started, 10));
    for (let i = 0; i < 10; i++) queues.add(narrow, request("get", started));
    serve(queues, 11);
    assert.equal(started.filter((name) => name === "get").length >= 9, true, started.join());
  });

  it("give up what has waited too long, or whose client has gone", () => {
    const queues = new FairQueues({ queues: 8, handSize: 1, limit: 50 });
    const early = { ...request("early", []), since: 10 };
    const late = { ...request("late", []), since: 20 };
    const gone = { ...request("gone", []), since: 30 };
    for (const one of [early, late, gone]) queues.add("flow", one);
    queues.remove(gone);
    assert.deepEqual(queues.expired(15), [early]);
    assert.equal(queues.peek(), late);
    assert.equal(queues.length, 1);
  });
});

describe("shuffle sharding", () => {
  it("deals every flow a hand of different queues, the same each time", () => {
    for (let flow = 0; flow < 500; flow++) {
      const hand = shuffleShard(`user-${flow}`, 64, 6);
      assert.equal(new Set(hand).size, 6);
      assert.equal(
        hand.every((queue) => queue >= 0 && queue < 64),
        true,
      );
      assert.deepEqual(hand, shuffleShard(`user-${flow}`, 64, 6));
    }
  });

  it("seldom deals two flows the same hand, and uses all queues alike", () => {
    const hands = Array.from({ length: 2000 }, (_, flow) => shuffleShard(`user-${flow}`, 64, 6));
    const same = new Set(hands.map((hand) => hand.toSorted((a, b) => a - b).join()));
    assert.equal(same.size > 1995, true, `${same.size} different hands`);
    const uses = hands
      .flat()
      .reduce((counts, queue) => counts.set(queue, (counts.get(queue) ?? 0) + 1), new Map<number, number>());
    const expected = (2000 * 6) / 64;
    for (const [queue, count] of uses)
      assert.equal(Math.abs(count - expected) < expected / 2, true, `queue ${queue}: ${count}`);
  });
});
