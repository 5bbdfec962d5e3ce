import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { TopologySpreadConstraint } from "@skiff/api/core/v1";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered, scored } from "../../testing/run-plugin.ts";
import { MISSING_LABEL, podTopologySpread, REASON } from "./pod-topology-spread.ts";

const nodes = [
  aNode("a", { labels: { zone: "1" } }),
  aNode("b", { labels: { zone: "2" } }),
  aNode("c", { labels: { zone: "2" }, spec: { taints: [{ key: "x", effect: "NoSchedule" }] } }),
];
const web = (name: string, nodeName?: string, constraint?: Partial<TopologySpreadConstraint>) =>
  aPod(name, {
    meta: { labels: { app: "web" } },
    spec: {
      nodeName,
      topologySpreadConstraints: constraint && [
        {
          maxSkew: 1,
          topologyKey: "zone",
          whenUnsatisfiable: "DoNotSchedule",
          labelSelector: { matchLabels: { app: "web" } },
          ...constraint,
        },
      ],
    },
  });

describe("PodTopologySpread.filter()", () => {
  const table = [
    { when: "both zones are empty", there: [], constraint: {}, want: { a: "fits", b: "fits", c: "fits" } },
    { when: "one zone is ahead", there: [web("1", "a")], constraint: {}, want: { a: REASON, b: "fits", c: "fits" } },
    {
      when: "the skew may be 2",
      there: [web("1", "a")],
      constraint: { maxSkew: 2 },
      want: { a: "fits", b: "fits", c: "fits" },
    },
    {
      when: "nodes are the domains",
      there: [web("1", "a"), web("2", "b")],
      constraint: { topologyKey: "kubernetes.io/hostname" },
      want: { a: REASON, b: REASON, c: "fits" },
    },
    {
      when: "tainted nodes are no domains",
      there: [web("1", "a"), web("2", "b")],
      constraint: { topologyKey: "kubernetes.io/hostname", nodeTaintsPolicy: "Honor" as const },
      want: { a: "fits", b: "fits", c: "fits" },
    },
    {
      when: "there must be three zones",
      there: [web("1", "a")],
      constraint: { minDomains: 3 },
      want: { a: REASON, b: "fits", c: "fits" },
    },
    {
      when: "no node has the label",
      there: [],
      constraint: { topologyKey: "rack" },
      want: { a: `!${MISSING_LABEL}`, b: `!${MISSING_LABEL}`, c: `!${MISSING_LABEL}` },
    },
  ];
  for (const { when, there, constraint, want } of table)
    it(`decides by skew when ${when}`, () => {
      assert.deepEqual(filtered(podTopologySpread, web("p", undefined, constraint), aSnapshot(nodes, there)), want);
    });
});

describe("PodTopologySpread.score()", () => {
  it("prefers the emptier zone", () => {
    const pod = web("p", undefined, { whenUnsatisfiable: "ScheduleAnyway" });
    const scores = scored(podTopologySpread, pod, aSnapshot(nodes, [web("1", "a"), web("2", "a")]));
    assert.deepEqual(scores, { a: 0, b: 100, c: 100 });
  });

  it("spreads the replicas of one controller without being asked", () => {
    const ownerReferences = [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "r1", controller: true }];
    const replica = (name: string, nodeName?: string) => aPod(name, { meta: { ownerReferences }, spec: { nodeName } });
    const { a = 0, b = 0 } = scored(podTopologySpread, replica("p"), aSnapshot(nodes, [replica("1", "a")]));
    assert.ok(b > a, `${b} > ${a}`);
  });
});
