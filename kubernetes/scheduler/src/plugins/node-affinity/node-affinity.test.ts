import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NodeSelectorTerm } from "@skiff/api/core/v1";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered, scored } from "../../testing/run-plugin.ts";
import { nodeAffinity, REASON } from "./node-affinity.ts";

const snapshot = aSnapshot([
  aNode("a", { labels: { disk: "ssd", size: "8" } }),
  aNode("b", { labels: { disk: "hdd" } }),
]);
const required = (...nodeSelectorTerms: NodeSelectorTerm[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const expression = (
  key: string,
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt",
  ...values: string[]
) => ({
  matchExpressions: [{ key, operator, values }],
});

const table = [
  { when: "the Pod asks for nothing", spec: {}, want: ["a", "b"] },
  { when: "nodeSelector", spec: { nodeSelector: { disk: "ssd" } }, want: ["a"] },
  { when: "In", spec: required(expression("disk", "In", "ssd", "nvme")), want: ["a"] },
  { when: "NotIn, which a missing label satisfies", spec: required(expression("size", "NotIn", "8")), want: ["b"] },
  { when: "Exists", spec: required(expression("size", "Exists")), want: ["a"] },
  { when: "DoesNotExist", spec: required(expression("size", "DoesNotExist")), want: ["b"] },
  { when: "Gt", spec: required(expression("size", "Gt", "7")), want: ["a"] },
  { when: "Lt", spec: required(expression("size", "Lt", "8")), want: [] },
  {
    when: "any of two terms",
    spec: required(expression("disk", "In", "hdd"), expression("size", "Exists")),
    want: ["a", "b"],
  },
  { when: "a term without conditions", spec: required({}), want: [] },
  {
    when: "a field",
    spec: required({ matchFields: [{ key: "metadata.name", operator: "In" as const, values: ["b"] }] }),
    want: ["b"],
  },
  {
    when: "both a selector and a term",
    spec: { nodeSelector: { disk: "ssd" }, ...required(expression("disk", "In", "hdd")) },
    want: [],
  },
];

describe("NodeAffinity.filter()", () => {
  for (const { when, spec, want } of table)
    it(`allows [${want}] by ${when}`, () => {
      const verdicts = filtered(nodeAffinity, aPod("p", { spec }), snapshot);
      assert.deepEqual(
        Object.keys(verdicts).filter((name) => verdicts[name] === "fits"),
        want,
      );
      for (const verdict of Object.values(verdicts)) assert.match(verdict, /^fits$|^!node/);
    });

  it("says why", () => {
    assert.equal(
      filtered(nodeAffinity, aPod("p", { spec: { nodeSelector: { disk: "ssd" } } }), snapshot).b,
      `!${REASON}`,
    );
  });
});

describe("NodeAffinity.score()", () => {
  it("adds up the weights of the preferred terms a node matches", () => {
    const preferredDuringSchedulingIgnoredDuringExecution = [
      { weight: 10, preference: expression("disk", "Exists") },
      { weight: 30, preference: expression("disk", "In", "ssd") },
    ];
    const spec = { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution } } };
    assert.deepEqual(scored(nodeAffinity, aPod("p", { spec }), snapshot), { a: 100, b: 25 });
  });
});
