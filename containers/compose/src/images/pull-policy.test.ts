import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isStale } from "./pull-policy.ts";

const NOW = 1_000_000_000;
const hour = 3600;
const table = [
  { policy: "daily", age: 23 * hour, want: false },
  { policy: "daily", age: 25 * hour, want: true },
  { policy: "weekly", age: 6 * 24 * hour, want: false },
  { policy: "weekly", age: 8 * 24 * hour, want: true },
  { policy: "every_12h", age: 11 * hour, want: false },
  { policy: "every_12h", age: 13 * hour, want: true },
  { policy: "every_1w2d", age: 8 * 24 * hour, want: false },
  { policy: "every_1w2d", age: 10 * 24 * hour, want: true },
  { policy: "missing", age: 1e6 * hour, want: false },
];

describe("isStale()", () => {
  for (const { policy, age, want } of table)
    it(`is ${want} under ${policy} after ${age / hour} hours`, () =>
      assert.equal(isStale(policy, undefined, NOW - age, NOW), want));
  it("is true of an image whose age nobody knows", () => assert.equal(isStale("weekly", undefined, 0, NOW), true));
  it("refuses a duration that is none", () =>
    assert.throws(() => isStale("every_day", undefined, 0, NOW), /invalid duration/));
});
