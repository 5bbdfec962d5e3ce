import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Health } from "../containers.ts";
import { afterProbe, resolveHealthcheck } from "./health-monitor.ts";

const probe = (exitCode: number) => ({ start: 1, end: 2, exitCode, output: "" });
const health = (status: Health["status"], failingStreak: number): Health => ({ status, failingStreak, log: [] });

const table = [
  { when: "the first probe succeeds", given: health("starting", 0), code: 0, starting: false, want: ["healthy", 0] },
  {
    when: "one fails before any succeeded",
    given: health("starting", 0),
    code: 1,
    starting: false,
    want: ["starting", 1],
  },
  {
    when: "one fails in the start period",
    given: health("starting", 0),
    code: 1,
    starting: true,
    want: ["starting", 0],
  },
  { when: "the third in a row fails", given: health("healthy", 2), code: 1, starting: false, want: ["unhealthy", 3] },
  { when: "an unhealthy one succeeds", given: health("unhealthy", 7), code: 0, starting: false, want: ["healthy", 0] },
  {
    when: "a healthy one fails in the start period",
    given: health("healthy", 0),
    code: 1,
    starting: true,
    want: ["healthy", 1],
  },
];

describe("afterProbe()", () => {
  for (const { when, given, code, starting, want } of table) {
    it(`gives ${want.join(", ")} when ${when}`, () => {
      const { status, failingStreak } = afterProbe(given, probe(code), 3, starting);
      assert.deepEqual([status, failingStreak], want);
    });
  }

  it("keeps the last five probes", () => {
    let now = health("starting", 0);
    for (let code = 1; code <= 7; code++) now = afterProbe(now, probe(code), 3, false);
    assert.deepEqual(
      now.log.map(({ exitCode }) => exitCode),
      [3, 4, 5, 6, 7],
    );
  });
});

describe("resolveHealthcheck()", () => {
  const image = { Test: ["CMD", "true"], Interval: 5e9, Retries: 2 };
  it("takes from the image what the container does not say, and the rest from Docker", () => {
    assert.deepEqual(resolveHealthcheck({ interval: 100 }, image), {
      ...{ test: ["CMD", "true"], interval: 100, timeout: 30_000, startPeriod: 0, startInterval: 5000, retries: 2 },
    });
  });
  it("gives none when there is none, or when the container wants none", () => {
    assert.equal(resolveHealthcheck(undefined, undefined), undefined);
    assert.equal(resolveHealthcheck({ test: ["NONE"] }, image), undefined);
  });
});
