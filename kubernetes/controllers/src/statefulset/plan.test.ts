import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ControllerRevision, StatefulSet, StatefulSetSpec } from "@skiff/api/apps/v1";
import type { Pod } from "@skiff/api/core/v1";
import { plan, type Step } from "./plan.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const revision = (name: string): ControllerRevision => ({ metadata: { name }, revision: 1 });
const revisions = { current: revision("db-old"), update: revision("db-new") };

function aSet(spec: Partial<StatefulSetSpec> = {}): StatefulSet {
  return { metadata: { name: "db", namespace: "default" }, spec: { replicas: 3, selector: {}, template: {}, ...spec } };
}

function aPod(ordinal: number, o: { ready?: boolean; old?: boolean; deleted?: boolean; failed?: boolean } = {}): Pod {
  const { ready = true, old, deleted, failed } = o;
  const metadata = { name: `db-${ordinal}`, labels: { "controller-revision-hash": old ? "db-old" : "db-new" } };
  return {
    metadata: deleted ? { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } : metadata,
    spec: { containers: [] },
    status: { phase: failed ? "Failed" : "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

const brief = (steps: readonly Step[]) =>
  steps.map((step) =>
    step.do === "create"
      ? `create ${step.ordinal} of ${step.revision.metadata.name}`
      : `delete ${step.pod.metadata.name}`,
  );

const parallel = { podManagementPolicy: "Parallel" as const };
const partition = { updateStrategy: { type: "RollingUpdate" as const, rollingUpdate: { partition: 2 } } };

const table: { when: string; set?: StatefulSet; pods: Pod[]; want: string[] }[] = [
  { when: "there is none", pods: [], want: ["create 0 of db-new"] },
  { when: "the first is not ready", pods: [aPod(0, { ready: false })], want: [] },
  { when: "the first is ready", pods: [aPod(0)], want: ["create 1 of db-new"] },
  {
    when: "there is none and order does not matter",
    set: aSet(parallel),
    pods: [],
    want: [0, 1, 2].map((n) => `create ${n} of db-new`),
  },
  { when: "one has failed", pods: [aPod(0), aPod(1, { failed: true })], want: ["delete db-1"] },
  { when: "there are too many", set: aSet({ replicas: 1 }), pods: [aPod(0), aPod(1), aPod(2)], want: ["delete db-2"] },
  {
    when: "the last is going already",
    set: aSet({ replicas: 1 }),
    pods: [aPod(0), aPod(1), aPod(2, { deleted: true })],
    want: [],
  },
  { when: "all run an old template", pods: [0, 1, 2].map((n) => aPod(n, { old: true })), want: ["delete db-2"] },
  {
    when: "an updated one is not ready yet",
    set: aSet(parallel),
    pods: [aPod(0, { old: true }), aPod(1, { old: true }), aPod(2, { ready: false })],
    want: [],
  },
  {
    when: "the rest is below the partition",
    set: aSet(partition),
    pods: [aPod(0, { old: true }), aPod(1, { old: true }), aPod(2)],
    want: [],
  },
  {
    when: "one below the partition is lost",
    set: aSet(partition),
    pods: [aPod(0, { old: true }), aPod(2)],
    want: ["create 1 of db-old"],
  },
  {
    when: "updates wait for their owner",
    set: aSet({ updateStrategy: { type: "OnDelete" } }),
    pods: [0, 1, 2].map((n) => aPod(n, { old: true })),
    want: [],
  },
];

describe("plan() of a StatefulSet of 3", () => {
  for (const { when, set = aSet(), pods, want } of table) {
    it(`answers [${want}] when ${when}`, () => assert.deepEqual(brief(plan(set, pods, revisions, NOW)), want));
  }
});
