import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { binarySize, humanDuration, humanSize } from "./human.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

describe("humanDuration()", () => {
  for (const [span, want] of [
    [999, "Less than a second"],
    [SECOND, "1 second"],
    [59 * SECOND, "59 seconds"],
    [60 * SECOND, "About a minute"],
    [45 * 60 * SECOND, "45 minutes"],
    [HOUR, "About an hour"],
    [47 * HOUR, "47 hours"],
    [3 * DAY, "3 days"],
    [20 * DAY, "2 weeks"],
    [90 * DAY, "3 months"],
    [800 * DAY, "2 years"],
  ] as const)
    it(`calls ${span} ms ${want}`, () => assert.equal(humanDuration(span), want));
});

describe("humanSize()", () => {
  for (const [bytes, want] of [
    [0, "0B"],
    [999, "999B"],
    [4860000, "4.86MB"],
    [187_400_000, "187MB"],
    [1.205e9, "1.21GB"],
  ] as const)
    it(`writes ${bytes} as ${want}`, () => assert.equal(humanSize(bytes), want));
});

describe("binarySize()", () => {
  it("counts in powers of 1024, with four digits", () => {
    assert.deepEqual([binarySize(7_733_248), binarySize(512)], ["7.375MiB", "512B"]);
  });
});
