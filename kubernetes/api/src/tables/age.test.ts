import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { age, duration } from "./age.ts";

const table: [seconds: number, text: string][] = [
  [-5, "<invalid>"],
  [0, "0s"],
  [119, "119s"],
  [120, "2m"],
  [125, "2m5s"],
  [3599, "59m"],
  [3 * 3600, "3h"],
  [3 * 3600 + 61, "3h1m"],
  [47 * 3600, "47h"],
  [50 * 3600, "2d2h"],
  [10 * 86400, "10d"],
  [3 * 365 * 86400 + 86400, "3y1d"],
];

describe("duration()", () => {
  for (const [seconds, text] of table) {
    it(`shows ${seconds} seconds as ${text}`, () => assert.equal(duration(seconds * 1000), text));
  }
});

describe("age()", () => {
  it("does not know the age of what has no date", () => assert.equal(age(undefined, 0), "<unknown>"));
});
