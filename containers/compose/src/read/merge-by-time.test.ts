import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeByTime } from "./merge-by-time.ts";

async function* batches(name: string, ...given: readonly (readonly number[])[]) {
  for (const times of given) yield times.map((time) => ({ time: String(time), name }));
}
const merged = async (sources: readonly AsyncIterable<readonly { time: string; name: string }[]>[]) =>
  (await Array.fromAsync(mergeByTime(sources))).flat().map(({ time, name }) => `${name}${time}`);

describe("mergeByTime()", () => {
  const cases = [
    { when: "there is nothing", sources: [], want: [] },
    { when: "one source is empty", sources: [batches("a"), batches("b", [1])], want: ["b1"] },
    {
      when: "batches overlap",
      sources: [batches("a", [1, 4], [], [5, 9]), batches("b", [2], [3, 6, 7]), batches("c", [8])],
      want: ["a1", "b2", "b3", "a4", "a5", "b6", "b7", "c8", "a9"],
    },
    {
      when: "times are the same",
      sources: [batches("a", [1, 2]), batches("b", [1, 2])],
      want: ["a1", "b1", "a2", "b2"],
    },
    {
      when: "a source is not quite in order",
      sources: [batches("a", [3, 2]), batches("b", [1, 4])],
      want: ["b1", "a3", "a2", "b4"],
    },
  ];
  for (const { when, sources, want } of cases)
    it(`gives everything in order when ${when}`, async () => assert.deepEqual(await merged(sources), want));

  it("ends its sources when it is left", async () => {
    let ended = 0;
    async function* endless() {
      try {
        for (let time = 1; ; time++) yield [{ time: String(time) }];
      } finally {
        ended++;
      }
    }
    for await (const items of mergeByTime([endless(), endless()])) if (items.length > 0) break;
    assert.equal(ended, 2);
  });
});
