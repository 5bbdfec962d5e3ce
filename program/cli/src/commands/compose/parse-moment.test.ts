import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseMoment } from "./parse-moment.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

describe("parseMoment()", () => {
  for (const [text, want] of [
    ["1763812800", "1763812800"],
    ["1763812800.000000001", "1763812800.000000001"],
    ["42m", String(NOW / 1000 - 42 * 60)],
    ["1h30m", String(NOW / 1000 - 5400)],
    ["1.5s", String(NOW / 1000 - 1.5)],
    ["500ms", String(NOW / 1000 - 0.5)],
    ["2026-11-22T11:00:00Z", String(NOW / 1000 - 3600)],
    ["2026-11-22T11:00Z", String(NOW / 1000 - 3600)],
    ["2026-11-22T13:00:00+01:00", String(NOW / 1000)],
    ["2026-11-22", String(new Date(2026, 10, 22).getTime() / 1000)],
    ["2026-11-22T11", String(new Date(2026, 10, 22, 11).getTime() / 1000)],
  ] as const) {
    it(`reads ${text}`, () => assert.equal(parseMoment(text, NOW), want));
  }
  for (const text of ["yesterday", "1 h", "2026-13-40", "-5m", "5x"]) {
    it(`refuses ${text}`, () => assert.throws(() => parseMoment(text, NOW), /invalid time/));
  }
});
