import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Affinity, PodAffinityTerm } from "@skiff/api/core/v1";
import { aNode, aPod, aSnapshot } from "../../testing/objects.ts";
import { filtered, scored } from "../../testing/run-plugin.ts";
import { AFFINITY_REASON, ANTI_AFFINITY_REASON, EXISTING_REASON, interPodAffinity } from "./inter-pod-affinity.ts";

const nodes = [
  aNode("a", { labels: { zone: "1" } }),
  aNode("b", { labels: { zone: "1" } }),
  aNode("c", { labels: { zone: "2" } }),
];
const term = (app: string, o: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  labelSelector: { matchLabels: { app } },
  topologyKey: "zone",
  ...o,
});
const required = (podTerm: PodAffinityTerm) => ({ requiredDuringSchedulingIgnoredDuringExecution: [podTerm] });
const preferred = (podTerm: PodAffinityTerm, weight: number) => ({
  preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: podTerm }],
});
const web = (o: { affinity?: Affinity; namespace?: string; nodeName?: string } = {}) =>
  aPod(o.nodeName ? `web-on-${o.nodeName}` : "web", {
    meta: { namespace: o.namespace ?? "default", labels: { app: "web" } },
    spec: { affinity: o.affinity, nodeName: o.nodeName },
  });
const db = aPod("db", { meta: { labels: { app: "db" } }, spec: { nodeName: "a" } });

describe("InterPodAffinity.filter()", () => {
  const table = [
    {
      when: "a Pod wants the zone of another",
      pod: web({ affinity: { podAffinity: required(term("db")) } }),
      there: [db],
      want: { a: "fits", b: "fits", c: `!${AFFINITY_REASON}` },
    },
    {
      when: "a Pod avoids the node of another",
      pod: web({ affinity: { podAntiAffinity: required(term("db", { topologyKey: "kubernetes.io/hostname" })) } }),
      there: [db],
      want: { a: ANTI_AFFINITY_REASON, b: "fits", c: "fits" },
    },
    {
      when: "a Pod that is there avoids the new one",
      pod: aPod("db2", { meta: { labels: { app: "db" } } }),
      there: [web({ affinity: { podAntiAffinity: required(term("db")) }, nodeName: "c" })],
      want: { a: "fits", b: "fits", c: EXISTING_REASON },
    },
    {
      when: "the first of a group that wants to be together comes",
      pod: web({ affinity: { podAffinity: required(term("web")) } }),
      there: [db],
      want: { a: "fits", b: "fits", c: "fits" },
    },
    {
      when: "the wanted Pod is in another namespace",
      pod: web({ namespace: "other", affinity: { podAffinity: required(term("db")) } }),
      there: [db],
      want: { a: `!${AFFINITY_REASON}`, b: `!${AFFINITY_REASON}`, c: `!${AFFINITY_REASON}` },
    },
    {
      when: "a namespace selector includes that namespace",
      pod: web({
        namespace: "other",
        affinity: {
          podAffinity: required(
            term("db", { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "default" } } }),
          ),
        },
      }),
      there: [db],
      want: { a: "fits", b: "fits", c: `!${AFFINITY_REASON}` },
    },
  ];
  for (const { when, pod, there, want } of table)
    it(`decides by topology when ${when}`, () => {
      assert.deepEqual(filtered(interPodAffinity, pod, aSnapshot(nodes, there)), want);
    });
});

describe("InterPodAffinity.score()", () => {
  it("weighs preferences of the Pod and of those that are there", () => {
    const there = [db, web({ affinity: { podAntiAffinity: preferred(term("web"), 10) }, nodeName: "c" })];
    const pod = web({ affinity: { podAffinity: preferred(term("db"), 30) } });
    assert.deepEqual(scored(interPodAffinity, pod, aSnapshot(nodes, there)), { a: 100, b: 100, c: 0 });
  });
});
