import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Ended, restartDelay, startsWithEngine } from "./restart-policy.ts";

const ended: Ended = { policy: { name: "always" }, code: 1, ran: 50, stopped: false, restarts: 0, lastDelay: 0 };

const table: { when: string; given: Partial<Ended>; want: number | undefined }[] = [
  { when: "nothing was asked for", given: { policy: undefined }, want: undefined },
  { when: "the policy is no", given: { policy: { name: "no" } }, want: undefined },
  { when: "it ends for the first time", given: {}, want: 100 },
  { when: "it ends in success under always", given: { code: 0 }, want: 100 },
  { when: "it ends again at once", given: { lastDelay: 400 }, want: 800 },
  { when: "the delay has grown", given: { lastDelay: 51_200 }, want: 60_000 },
  { when: "it had run for ten seconds", given: { lastDelay: 800, ran: 10_000 }, want: 100 },
  { when: "somebody stopped it", given: { stopped: true }, want: undefined },
  { when: "it ends in success under on-failure", given: { policy: { name: "on-failure" }, code: 0 }, want: undefined },
  { when: "it fails under on-failure", given: { policy: { name: "on-failure" } }, want: 100 },
  {
    when: "it has failed as often as it may",
    given: { policy: { name: "on-failure", maximumRetryCount: 3 }, restarts: 3, lastDelay: 400 },
    want: undefined,
  },
];

describe("restartDelay()", () => {
  for (const { when, given, want } of table) {
    it(`gives ${want ?? "nothing"} when ${when}`, () => {
      assert.equal(restartDelay({ ...ended, ...given }), want);
    });
  }
});

describe("startsWithEngine()", () => {
  it("starts what was stopped under always alone", () => {
    assert.equal(startsWithEngine({ name: "always" }, true), true);
    assert.equal(startsWithEngine({ name: "unless-stopped" }, true), false);
    assert.equal(startsWithEngine({ name: "unless-stopped" }, false), true);
    assert.equal(startsWithEngine({ name: "on-failure" }, false), false);
  });
});
