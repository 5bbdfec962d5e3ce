import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Node, Pod, Taint, Toleration } from "@skiff/api/core/v1";
import { Heartbeats } from "./heartbeats.ts";
import { evictionTime, GRACE_MS, lostConditions, taintsOf } from "./plan.ts";

const NOW = Date.parse("2026-01-01T00:10:00Z");
const at = "2026-01-01T00:10:00Z";

function aNode(ready: string, o: { taints?: Taint[]; unschedulable?: boolean; heartbeat?: string } = {}): Node {
  const { heartbeat = "2026-01-01T00:09:00Z", ...spec } = o;
  return {
    metadata: { name: "n" },
    spec,
    status: { conditions: [{ type: "Ready", status: ready, lastHeartbeatTime: heartbeat }] },
  };
}

const brief = (taints: readonly Taint[]) =>
  taints.map(({ key, effect }) => `${key.replace("node.kubernetes.io/", "")}:${effect}`);

const tainted = [
  { when: "it is ready", node: aNode("True"), want: [] },
  { when: "it says that it is not ready", node: aNode("False"), want: ["not-ready:NoSchedule", "not-ready:NoExecute"] },
  { when: "it fell silent", node: aNode("Unknown"), want: ["unreachable:NoSchedule", "unreachable:NoExecute"] },
  { when: "it is cordoned", node: aNode("True", { unschedulable: true }), want: ["unschedulable:NoSchedule"] },
  {
    when: "it recovered, and a user's taint is there",
    node: aNode("True", {
      taints: [
        { key: "node.kubernetes.io/not-ready", effect: "NoExecute" },
        { key: "mine", effect: "NoSchedule" },
      ],
    }),
    want: ["mine:NoSchedule"],
  },
];

describe("taintsOf()", () => {
  for (const { when, node, want } of tainted) {
    it(`answers [${want}] for a node when ${when}`, () => assert.deepEqual(brief(taintsOf(node, NOW)), want));
  }

  it("keeps the time of a taint that stays", () => {
    const once = taintsOf(aNode("Unknown"), NOW);
    const again = taintsOf(aNode("Unknown", { taints: [...once] }), NOW + 60_000);
    assert.deepEqual(again, once);
    assert.equal(again[0]?.timeAdded, at);
  });
});

describe("lostConditions()", () => {
  it("makes everything the kubelet reports unknown, once", () => {
    const conditions = lostConditions(aNode("True"), NOW);
    assert.deepEqual(
      conditions.map(({ type, status }) => `${type} ${status}`),
      ["Ready Unknown", "MemoryPressure Unknown", "DiskPressure Unknown", "PIDPressure Unknown"],
    );
    assert.equal(conditions[0]?.reason, "NodeStatusUnknown");
    const lost = { ...aNode("True"), status: { conditions } };
    assert.equal(lostConditions(lost, NOW + 1000), conditions);
  });
});

const unreachable: Taint = { key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: at };
const evicted: { when: string; tolerations: Toleration[]; taints?: Taint[]; want: number | undefined }[] = [
  { when: "there is no taint", tolerations: [], taints: [], want: undefined },
  {
    when: "the taint only concerns scheduling",
    tolerations: [],
    taints: [{ key: "a", effect: "NoSchedule" }],
    want: undefined,
  },
  { when: "the pod does not tolerate it", tolerations: [], want: NOW + 5000 },
  { when: "the pod tolerates it for ever", tolerations: [{ operator: "Exists" }], want: undefined },
  {
    when: "the pod tolerates it for five minutes",
    tolerations: [{ key: unreachable.key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }],
    want: NOW + 300_000,
  },
];

describe("evictionTime()", () => {
  for (const { when, tolerations, taints = [unreachable], want } of evicted) {
    it(`answers ${want === undefined ? "never" : `${(want - NOW) / 1000} s`} when ${when}`, () => {
      const pod: Pod = { metadata: { name: "p" }, spec: { containers: [], tolerations } };
      assert.equal(evictionTime(pod, taints, NOW + 5000), want);
    });
  }
});

describe("Heartbeats.silence()", () => {
  it("counts from when a sign of life was seen, and a renewed lease is one", () => {
    let now = NOW;
    const heartbeats = new Heartbeats({ now: () => now });
    const lease = (renewTime: string) => ({ metadata: { name: "n" }, spec: { renewTime } });
    assert.equal(heartbeats.silence(aNode("True"), lease("1")), 0);
    now += GRACE_MS;
    assert.equal(heartbeats.silence(aNode("True"), lease("1")), GRACE_MS);
    assert.equal(heartbeats.silence(aNode("Unknown"), lease("1")), GRACE_MS, "its own mark is none");
    assert.equal(heartbeats.silence(aNode("Unknown"), lease("2")), 0);
    now += 1000;
    assert.equal(heartbeats.silence(aNode("True", { heartbeat: at }), lease("2")), 0);
  });
});
