import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node, Pod, PodPhase } from "@skiff/api/core/v1";
import { plan, QUARANTINE_MS } from "./plan.ts";

const NOW = 1_000_000;
const nodes = new Map<string, Node>([["here", { metadata: { name: "here" }, spec: {} }]]);

function aPod(name: string, o: { node?: string; phase?: PodPhase; deleted?: boolean } = {}): Pod {
  const { node, phase = "Running", deleted } = o;
  const metadata = { name, creationTimestamp: `2026-01-01T00:00:0${name.at(-1)}Z` };
  return {
    metadata: deleted ? { ...metadata, deletionTimestamp: "2026-01-01T00:01:00Z" } : metadata,
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: { phase },
  };
}

const table = [
  { when: "its node is there", pods: [aPod("p1", { node: "here" })], since: NOW, want: [] },
  { when: "its node has just gone", pods: [aPod("p1", { node: "gone" })], since: NOW - QUARANTINE_MS + 1, want: [] },
  {
    when: "its node is gone for good",
    pods: [aPod("p1", { node: "gone" })],
    since: NOW - QUARANTINE_MS,
    want: ["p1 orphaned"],
  },
  { when: "it waits for a node", pods: [aPod("p1")], since: NOW, want: [] },
  {
    when: "it was deleted before it got a node",
    pods: [aPod("p1", { deleted: true })],
    since: NOW,
    want: ["p1 unscheduled"],
  },
  {
    when: "more have finished than are kept",
    pods: [aPod("p2", { node: "here", phase: "Failed" }), aPod("p1", { node: "here", phase: "Succeeded" })],
    since: NOW,
    want: ["p1 terminated"],
  },
];

describe("plan() of the pod garbage collector, keeping one finished pod", () => {
  for (const { when, pods, since, want } of table) {
    it(`removes [${want}] when ${when}`, () => {
      const removals = plan(pods, nodes, new Map([["gone", since]]), NOW, 1);
      assert.deepEqual(
        removals.map(({ pod, why }) => `${pod.metadata.name} ${why}`),
        want,
      );
    });
  }
});
