import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BoundedQueue } from "./bounded-queue.ts";

describe("BoundedQueue.push()", () => {
  const table = [
    { when: "all fits", limits: { count: 3, bytes: 100 }, sizes: [1, 2, 3], want: [] },
    { when: "there are too many", limits: { count: 2, bytes: 100 }, sizes: [1, 1, 1, 1], want: [0, 1] },
    { when: "they are too large together", limits: { count: 9, bytes: 10 }, sizes: [4, 4, 4], want: [0] },
    { when: "the newest alone is too large", limits: { count: 9, bytes: 10 }, sizes: [4, 4, 50], want: [0, 1] },
  ];
  for (const { when, limits, sizes, want } of table) {
    it(`drops ${want.length === 0 ? "nothing" : `the oldest, ${want.join(" and ")},`} when ${when}`, () => {
      const dropped: number[] = [];
      const queue = new BoundedQueue<number>(limits, (item) => dropped.push(item));
      for (const [i, size] of sizes.entries()) queue.push(i, size);
      assert.deepEqual(dropped, want);
    });
  }

  it("drops each thing once, however many pass through", () => {
    const dropped: number[] = [];
    const queue = new BoundedQueue<number>({ count: 10, bytes: 1e9 }, (item) => dropped.push(item));
    for (let i = 0; i < 5000; i++) queue.push(i, 1);
    assert.deepEqual(
      dropped,
      Array.from({ length: 4990 }, (_, i) => i),
    );
  });
});
