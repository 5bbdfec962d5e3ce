import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nextRange } from "./plan.ts";

const table = [
  { when: "none is taken", cidr: "10.244.0.0/16", taken: [], want: "10.244.0.0/24" },
  {
    when: "the first are taken",
    cidr: "10.244.0.0/16",
    taken: ["10.244.0.0/24", "10.244.1.0/24"],
    want: "10.244.2.0/24",
  },
  { when: "there is a gap", cidr: "10.244.0.0/16", taken: ["10.244.0.0/24", "10.244.2.0/24"], want: "10.244.1.0/24" },
  { when: "a larger range is taken", cidr: "10.244.0.0/16", taken: ["10.244.0.0/23"], want: "10.244.2.0/24" },
];

describe("nextRange()", () => {
  for (const { when, cidr, taken, want } of table) {
    it(`answers ${want} when ${when}`, () => assert.equal(nextRange(cidr, taken), want));
  }
  it("throws when all are taken", () => assert.throws(() => nextRange("10.0.0.0/24", ["10.0.0.0/24"]), RangeError));
  it("throws when the cluster's range is too small", () =>
    assert.throws(() => nextRange("10.0.0.0/28", []), RangeError));
});
