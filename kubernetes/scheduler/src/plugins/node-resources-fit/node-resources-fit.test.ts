import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered, scored } from "../../testing/run-plugin.ts";
import { nodeResourcesFit } from "./node-resources-fit.ts";

const used = (cpu: string) => aPod("used", { requests: { cpu }, spec: { nodeName: "a" } });

const table = [
  { when: "there is room", pod: aPod("p", { requests: { cpu: "3" } }), others: [used("1")], want: "fits" },
  {
    when: "other Pods take the room",
    pod: aPod("p", { requests: { cpu: "3" } }),
    others: [used("2")],
    want: "Insufficient cpu",
  },
  { when: "the node is too small", pod: aPod("p", { requests: { cpu: "5" } }), others: [], want: "!Insufficient cpu" },
  {
    when: "the node has no such resource",
    pod: aPod("p", { requests: { "x.org/gpu": "1" } }),
    others: [],
    want: "!Insufficient x.org/gpu",
  },
  {
    when: "several things are missing",
    pod: aPod("p", { requests: { cpu: "3", memory: "8Gi" } }),
    others: [aPod("o", { requests: { cpu: "2", memory: "1Gi" }, spec: { nodeName: "a" } })],
    want: "Insufficient cpu, Insufficient memory",
  },
  { when: "a Pod asks for nothing of a full node", pod: aPod("p"), others: [used("4")], want: "fits" },
];

describe("NodeResourcesFit.filter()", () => {
  for (const { when, pod, others, want } of table)
    it(`answers "${want}" when ${when}`, () => {
      assert.deepEqual(filtered(nodeResourcesFit(), pod, aSnapshot([aNode("a")], others)), { a: want });
    });

  it("counts Pods too", () => {
    const snapshot = aSnapshot([aNode("a", { allocatable: { pods: "1" } })], [used("0")]);
    assert.deepEqual(filtered(nodeResourcesFit(), aPod("p"), snapshot), { a: "Too many pods" });
  });
});

describe("NodeResourcesFit.score()", () => {
  const snapshot = aSnapshot([aNode("a"), aNode("b")], [used("2")]);
  const pod = aPod("p", { requests: { cpu: "1", memory: "2Gi" } });

  it("prefers the emptier node, or the fuller one to pack", () => {
    assert.deepEqual(scored(nodeResourcesFit(), pod, snapshot), { a: 48, b: 75 });
    assert.deepEqual(scored(nodeResourcesFit("MostAllocated"), pod, snapshot), { a: 51, b: 25 });
  });
});
