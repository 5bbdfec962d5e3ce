import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { nanoseconds, seconds } from "./duration.ts";

describe("nanoseconds()", () => {
  const table = [
    ["0", 0],
    ["30s", 30e9],
    ["1h2m3s", 3723e9],
    ["1.5s", 15e8],
    ["250ms", 25e7],
    ["10us", 1e4],
  ] as const;
  for (const [text, want] of table) it(`of ${text} is ${want}`, () => assert.equal(nanoseconds(text), want));
  for (const text of ["", "30", "s", "1s2", "-1s", "1d"])
    it(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => nanoseconds(text), /^Error: invalid duration/));
});

describe("seconds()", () => {
  it("rounds up, so that nobody gets less time than was said", () => assert.equal(seconds("1500ms"), 2));
});
