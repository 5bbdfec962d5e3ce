import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatDuration, parseBytes, parseDuration } from "./sizes.ts";
import { splitCommand } from "./split-command.ts";

const sizes = [
  ["0", 0],
  ["512", 512],
  ["1b", 1],
  ["1k", 1024],
  ["2kb", 2048],
  ["10 KiB", 10240],
  ["1.5m", 1572864],
  ["1G", 1073741824],
  ["1tb", 1099511627776],
  ["-1", -1],
  ["-5m", undefined],
  ["m", undefined],
  ["1x", undefined],
  ["", undefined],
  ["99999999p", undefined],
] as const;

const durations = [
  ["0", "0s"],
  ["1s", "1s"],
  ["90s", "1m30s"],
  ["1h", "1h0m0s"],
  ["1h30m5s", "1h30m5s"],
  ["1.5s", "1.5s"],
  ["250ms", "250ms"],
  ["1d", "24h0m0s"],
  ["100us", "100µs"],
  ["5ns", "5ns"],
  ["1.5h", "1h30m0s"],
  ["10", undefined],
  ["s", undefined],
  ["1s ago", undefined],
  ["-1s", undefined],
] as const;

const commands = [
  ["a b  c", ["a", "b", "c"]],
  ["", []],
  ["  ", []],
  ["'a b' c", ["a b", "c"]],
  ["\"a 'b'\"", ["a 'b'"]],
  ["a\\ b", ["a b"]],
  ['"a\\"b\\n"', ['a"bn']],
  ["a''b", ["ab"]],
  ["''", [""]],
  ["a|b > c", ["a"]],
  ["a && b", ["a"]],
  ["a 2>b", ["a"]],
  ["a b2>c", ["a", "b2"]],
  ["a `b c` $(d e)f", ["a", "`b c`", "$(d e)f"]],
  ["a \\; 'b;c' \"d|\\e\"", ["a", ";", "b;c", "d|e"]],
  ["a (b)", undefined],
  ["a b)", undefined],
  ["a\nb\tc", ["a", "b", "c"]],
  ["'open", undefined],
  ['"open', undefined],
] as const;

describe("parseBytes()", () => {
  for (const [text, want] of sizes)
    it(`takes ${JSON.stringify(text)} as ${want}`, () => assert.equal(parseBytes(text), want));
});

describe("parseDuration() and formatDuration()", () => {
  for (const [text, want] of durations) {
    it(`write ${JSON.stringify(text)} as ${want}`, () => {
      const nanoseconds = parseDuration(text);
      assert.equal(nanoseconds === undefined ? undefined : formatDuration(nanoseconds), want);
    });
  }
});

describe("splitCommand()", () => {
  for (const [text, want] of commands)
    it(`splits ${JSON.stringify(text)}`, () => assert.deepEqual(splitCommand(text)?.words, want));
});
