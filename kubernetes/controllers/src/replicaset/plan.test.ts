import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pod, PodStatus } from "@skiff/api/core/v1";
import { cheapestFirst } from "./deletion-order.ts";
import { plan } from "./plan.ts";

const NOW = Date.parse("2026-01-01T01:00:00Z");
const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();

function aPod(
  name: string,
  o: { node?: string; status?: PodStatus; cost?: string; deleted?: boolean; age?: number } = {},
): Pod {
  const { node, status = { phase: "Running" }, cost, deleted, age = 1 } = o;
  return {
    metadata: {
      name,
      namespace: "default",
      uid: name,
      creationTimestamp: hoursAgo(age),
      ...(deleted ? { deletionTimestamp: hoursAgo(0) } : {}),
      ...(cost ? { annotations: { "controller.kubernetes.io/pod-deletion-cost": cost } } : {}),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status,
  };
}

const ready = (since = 1): PodStatus => ({
  phase: "Running",
  conditions: [{ type: "Ready", status: "True", lastTransitionTime: hoursAgo(since) }],
});
const restarted = (restartCount: number): PodStatus => {
  return { ...ready(), containerStatuses: [{ name: "c", ready: true, restartCount, image: "", imageID: "" }] };
};

const order = [
  { when: "one has no node", first: aPod("a"), next: aPod("b", { node: "n" }) },
  {
    when: "one is pending",
    first: aPod("a", { node: "n", status: { phase: "Pending" } }),
    next: aPod("b", { node: "n" }),
  },
  { when: "one is not ready", first: aPod("a", { node: "n" }), next: aPod("b", { node: "n", status: ready() }) },
  {
    when: "one is said to be cheaper",
    first: aPod("a", { node: "n", status: ready(), cost: "-5" }),
    next: aPod("b", { node: "n", status: ready() }),
  },
  {
    when: "one was ready for a shorter time",
    first: aPod("a", { node: "n", status: ready(1) }),
    next: aPod("b", { node: "n", status: ready(100) }),
  },
  {
    when: "one restarted more",
    first: aPod("a", { node: "n", status: restarted(3) }),
    next: aPod("b", { node: "n", status: restarted(0) }),
  },
  {
    when: "one is much younger",
    first: aPod("a", { node: "n", status: ready() }),
    next: aPod("b", { node: "n", status: ready(), age: 1000 }),
  },
];

describe("cheapestFirst()", () => {
  for (const { when, first, next } of order) {
    it(`gives up the first when ${when}`, () => {
      assert.deepEqual(
        cheapestFirst([next, first], [], NOW).map(({ metadata }) => metadata.name),
        ["a", "b"],
      );
    });
  }

  it("gives up a pod whose node has more of the same application", () => {
    const pods = [aPod("alone", { node: "x", status: ready() }), aPod("doubled", { node: "y", status: ready() })];
    const related = [...pods, aPod("other", { node: "y", status: ready() })];
    assert.equal(cheapestFirst(pods, related, NOW)[0]?.metadata.name, "doubled");
  });
});

const counts = [
  { when: "there are none", pods: [], replicas: 2, want: [{ do: "create", count: 2 }] },
  { when: "there are enough", pods: [aPod("a"), aPod("b")], replicas: 2, want: [] },
  {
    when: "one is on its way out",
    pods: [aPod("a"), aPod("b", { deleted: true })],
    replicas: 2,
    want: [{ do: "create", count: 1 }],
  },
  {
    when: "one has failed",
    pods: [aPod("a"), aPod("b", { status: { phase: "Failed" } })],
    replicas: 2,
    want: [{ do: "create", count: 1 }],
  },
  { when: "very many are missing", pods: [], replicas: 9000, want: [{ do: "create", count: 500 }] },
];

describe("plan() of a ReplicaSet", () => {
  for (const { when, pods, replicas, want } of counts) {
    it(`answers ${JSON.stringify(want)} when ${when}`, () => assert.deepEqual(plan(replicas, pods, pods, NOW), want));
  }

  it("deletes the cheapest when there are too many", () => {
    const [kept, lost] = [aPod("kept", { node: "n", status: ready() }), aPod("lost")];
    assert.deepEqual(plan(1, [kept, lost], [], NOW), [{ do: "delete", pods: [lost] }]);
  });
});
