import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withoutWeights } from "./block-weight.ts";
import { withSwapLimit } from "./swap-limit.ts";

const MEBIBYTE = 2 ** 20;

describe("withSwapLimit()", () => {
  const table = [
    { when: "only memory is limited", isCounted: true, asked: { memory: MEBIBYTE }, swap: 2 * MEBIBYTE, warned: 0 },
    { when: "both are", isCounted: true, asked: { memory: MEBIBYTE, memorySwap: MEBIBYTE }, swap: MEBIBYTE, warned: 0 },
    {
      when: "there is to be no limit of swap",
      isCounted: true,
      asked: { memory: MEBIBYTE, memorySwap: -1 },
      swap: -1,
      warned: 0,
    },
    { when: "nothing is", isCounted: true, asked: {}, swap: undefined, warned: 0 },
    {
      when: "the kernel does not count it",
      isCounted: false,
      asked: { memory: 1, memorySwap: 2 },
      swap: undefined,
      warned: 1,
    },
    {
      when: "the kernel does not count what nobody asked for",
      isCounted: false,
      asked: { memory: 1 },
      swap: undefined,
      warned: 0,
    },
  ];
  for (const { when, isCounted, asked, swap, warned } of table) {
    it(`limits swap as dockerd does when ${when}`, () => {
      const { resources, warnings } = withSwapLimit(asked, isCounted);
      assert.deepEqual([resources?.memorySwap, warnings.length], [swap, warned]);
    });
  }
});

describe("withoutWeights()", () => {
  const block = { weight: 300, readBps: [{ path: "/dev/one", rate: 1 }] };

  it("leaves weights to kernels that know them", () => {
    assert.deepEqual(withoutWeights({ block }, true), { resources: { block }, warnings: [] });
  });

  it("discards weights alone, and says so", () => {
    const { resources, warnings } = withoutWeights({ block }, false);
    assert.deepEqual(resources?.block, { readBps: block.readBps });
    assert.match(warnings.join(), /Weight discarded/);
  });

  it("refuses weights out of range", () => {
    assert.throws(() => withoutWeights({ block: { weight: 5 } }, true), { status: 400 });
  });
});
