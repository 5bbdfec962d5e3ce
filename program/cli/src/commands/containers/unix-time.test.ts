import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unixTime } from "./unix-time.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

describe("unixTime()", () => {
  for (const { text, want } of [
    { text: "1700000000.5", want: "1700000000.5" },
    { text: "10m", want: String(now / 1000 - 600) },
    { text: "1h30m", want: String(now / 1000 - 5400) },
    { text: "2026-01-02T03:04:05Z", want: String(now / 1000) },
    { text: "2026-01-02T03:04:05.123456789+01:00", want: "1767319445.123456789" },
  ])
    it(`reads ${text}`, () => assert.equal(Number(unixTime(text, "since", now)), Number(want)));

  it("takes a date for its midnight on this machine", () =>
    assert.equal(Number(unixTime("2026-01-02", "since", now)), new Date(2026, 0, 2).getTime() / 1000));
  it("refuses other texts", () =>
    assert.throws(
      () => unixTime("soon", "since"),
      /invalid value for "since": failed to parse value as time or duration/,
    ));
});
