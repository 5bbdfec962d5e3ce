import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DaemonSet } from "@skiff/api/apps/v1";
import type { Node, Pod, Taint } from "@skiff/api/core/v1";
import { plan } from "./plan.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const aNode = (name: string, taints: Taint[] = [], labels: Record<string, string> = {}): Node => ({
  metadata: { name, labels },
  spec: { taints },
});
const taint = (key: string, effect: Taint["effect"]): Taint => ({ key, effect });

function aSet(nodeSelector?: Record<string, string>): DaemonSet {
  const spec = { containers: [], ...(nodeSelector ? { nodeSelector } : {}) };
  return { metadata: { name: "agent", namespace: "default" }, spec: { selector: {}, template: { spec } } };
}

function aPod(
  name: string,
  node: string,
  o: { hash?: string; deleted?: boolean; failed?: boolean; ready?: boolean } = {},
): Pod {
  const { hash = "new", deleted, failed, ready = true } = o;
  const metadata = { name, labels: { "controller-revision-hash": hash }, creationTimestamp: "2026-01-01T00:00:00Z" };
  return {
    metadata: deleted ? { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } : metadata,
    spec: { containers: [], nodeName: node },
    status: { phase: failed ? "Failed" : "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

const table: { when: string; set?: DaemonSet; nodes: Node[]; pods?: Pod[]; create?: string[]; deleted?: string[] }[] = [
  { when: "nodes have none", nodes: [aNode("a"), aNode("b")], create: ["a", "b"] },
  { when: "every node has one", nodes: [aNode("a")], pods: [aPod("p", "a")] },
  {
    when: "a node is cordoned",
    nodes: [aNode("a", [taint("node.kubernetes.io/unschedulable", "NoSchedule")])],
    create: ["a"],
  },
  { when: "a node refuses it", nodes: [aNode("a", [taint("mine", "NoSchedule")])] },
  { when: "a node refuses new ones", nodes: [aNode("a", [taint("mine", "NoSchedule")])], pods: [aPod("p", "a")] },
  {
    when: "a node drives it out",
    nodes: [aNode("a", [taint("mine", "NoExecute")])],
    pods: [aPod("p", "a")],
    deleted: ["p"],
  },
  {
    when: "a node is not selected",
    set: aSet({ disk: "ssd" }),
    nodes: [aNode("a"), aNode("b", [], { disk: "ssd" })],
    create: ["b"],
  },
  { when: "its pod failed", nodes: [aNode("a")], pods: [aPod("p", "a", { failed: true })], deleted: ["p"] },
  { when: "its pod is on its way out", nodes: [aNode("a")], pods: [aPod("p", "a", { deleted: true })] },
  { when: "the node is gone", nodes: [], pods: [aPod("p", "a")], deleted: ["p"] },
  {
    when: "two run an old template: one at a time goes",
    nodes: [aNode("a"), aNode("b")],
    pods: [aPod("p", "a", { hash: "old" }), aPod("q", "b", { hash: "old" })],
    deleted: ["p"],
  },
  {
    when: "an old one is broken: it goes, and no other",
    nodes: [aNode("a"), aNode("b")],
    pods: [aPod("p", "a", { hash: "old" }), aPod("q", "b", { hash: "old", ready: false })],
    deleted: ["q"],
  },
];

describe("plan() of a DaemonSet", () => {
  for (const { when, set = aSet(), nodes, pods = [], create = [], deleted = [] } of table) {
    it(`creates on [${create}] and deletes [${deleted}] when ${when}`, () => {
      const steps = plan(set, nodes, pods, "new", NOW);
      assert.deepEqual([steps.create, steps.delete.map(({ metadata }) => metadata.name)], [create, deleted]);
    });
  }
});
