import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LeaseSpec } from "@skiff/api/coordination/v1";
import { claim } from "./lease-claim.ts";

const now = Date.parse("2026-01-01T00:01:00Z");
const me = { identity: "me", leaseDurationMs: 15_000 };
const other: LeaseSpec = { holderIdentity: "other", leaseDurationSeconds: 15, leaseTransitions: 3 };

const table = [
  { when: "there is no lease", seen: undefined, want: { transitions: 0 } },
  { when: "another holds it and renewed lately", seen: { spec: other, at: now - 14_999 }, want: undefined },
  { when: "another holds it but fell silent", seen: { spec: other, at: now - 15_000 }, want: { transitions: 4 } },
  { when: "another gave it back", seen: { spec: { ...other, holderIdentity: "" }, at: now }, want: { transitions: 4 } },
  { when: "I hold it", seen: { spec: { ...other, holderIdentity: "me" }, at: now }, want: { transitions: 3 } },
];

describe("claim()", () => {
  for (const { when, seen, want } of table) {
    it(`answers ${want ? "the lease to write" : "nothing"} when ${when}`, () => {
      const spec = claim(seen, me, now);
      assert.equal(spec?.leaseTransitions, want?.transitions);
      if (want) assert.deepEqual([spec?.holderIdentity, spec?.renewTime], ["me", "2026-01-01T00:01:00.000000Z"]);
    });
  }
});
