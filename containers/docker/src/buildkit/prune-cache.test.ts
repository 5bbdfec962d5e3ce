import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CacheRecord } from "@skiff/builder";
import { recordsToPrune } from "./prune-cache.ts";

const record = (id: string, used: number, more: Partial<CacheRecord> = {}): CacheRecord => ({
  ...{ id, used, type: "regular", bytes: 10, created: 0, inUse: false },
  ...more,
});
const records = [
  record("new", 900),
  record("old", 100),
  record("mount", 200, { type: "exec.cachemount" }),
  record("busy", 50, { inUse: true }),
];

describe("recordsToPrune()", () => {
  for (const { when, filter = [], keepMilliseconds = 0, keepBytes = 0, want } of [
    { when: "nothing is to be kept", want: ["old", "mount", "new"] },
    { when: "what is new is to be kept", keepMilliseconds: 500, want: ["old", "mount"] },
    { when: "some bytes are to be kept", keepBytes: 25, want: ["old", "mount"] },
    { when: "a type is asked for", filter: ["type==exec.cachemount"], want: ["mount"] },
    { when: "all but a type are asked for", filter: ["", "type!=exec.cachemount,id!=old"], want: ["new"] },
    { when: "what is in use is asked for", filter: ["inuse"], want: [] },
  ]) {
    it(`chooses ${want.join(", ") || "nothing"} when ${when}`, () => {
      const chosen = recordsToPrune(records, { filter, keepMilliseconds, keepBytes }, 1000);
      assert.deepEqual(
        chosen.map(({ id }) => id),
        want,
      );
    });
  }

  it("refuses a filter that it does not know", () => {
    const options = { filter: ["description~=x"], keepMilliseconds: 0, keepBytes: 0 };
    assert.throws(() => recordsToPrune(records, options, 1000), /unsupported filter description~=x/);
  });
});
