import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Taint, Toleration } from "@skiff/api/core/v1";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered, scored } from "../../testing/run-plugin.ts";
import { taintToleration } from "./taint-toleration.ts";

const taint: Taint = { key: "team", value: "red", effect: "NoSchedule" };
const no = "!node(s) had untolerated taint {team: red}";

const table: { when: string; taints: Taint[]; tolerations: Toleration[]; want: string }[] = [
  { when: "nothing tolerates the taint", taints: [taint], tolerations: [], want: no },
  { when: "key and value are tolerated", taints: [taint], tolerations: [{ key: "team", value: "red" }], want: "fits" },
  { when: "another value is tolerated", taints: [taint], tolerations: [{ key: "team", value: "blue" }], want: no },
  {
    when: "the key is tolerated with any value",
    taints: [taint],
    tolerations: [{ key: "team", operator: "Exists" }],
    want: "fits",
  },
  { when: "everything is tolerated", taints: [taint], tolerations: [{ operator: "Exists" }], want: "fits" },
  {
    when: "another effect is tolerated",
    taints: [taint],
    tolerations: [{ operator: "Exists", effect: "NoExecute" }],
    want: no,
  },
  {
    when: "the taint only expresses a preference",
    taints: [{ ...taint, effect: "PreferNoSchedule" }],
    tolerations: [],
    want: "fits",
  },
  {
    when: "a taint without value evicts",
    taints: [{ key: "x", effect: "NoExecute" }],
    tolerations: [],
    want: "!node(s) had untolerated taint {x: }",
  },
];

describe("TaintToleration.filter()", () => {
  for (const { when, taints, tolerations, want } of table)
    it(`answers "${want}" when ${when}`, () => {
      const snapshot = aSnapshot([aNode("a", { spec: { taints } })]);
      assert.deepEqual(filtered(taintToleration, aPod("p", { spec: { tolerations } }), snapshot), { a: want });
    });
});

describe("TaintToleration.score()", () => {
  it("avoids nodes that would rather not have the Pod", () => {
    const snapshot = aSnapshot([
      aNode("a", { spec: { taints: [{ ...taint, effect: "PreferNoSchedule" }] } }),
      aNode("b"),
    ]);
    assert.deepEqual(scored(taintToleration, aPod("p"), snapshot), { a: 0, b: 100 });
  });
});
