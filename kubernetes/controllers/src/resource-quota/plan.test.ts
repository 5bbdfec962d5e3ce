import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ResourceQuota } from "@skiff/api/core/v1";
import { evaluatorOf } from "@skiff/api/quota";
import { configMaps, pods, services } from "@skiff/api/resources";
import { aPod } from "@skiff/api/testing";
import { type Counted, plan } from "./plan.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const none = new Map<string, number>();

function quota(hard: Record<string, string>, more: object = {}, used?: Record<string, string>): ResourceQuota {
  return {
    metadata: { name: "q", namespace: "default" },
    spec: { hard, ...more },
    ...(used && { status: { hard, used } }),
  };
}

function counted(info: Parameters<typeof evaluatorOf>[0], objects: readonly object[]): Counted {
  const evaluator = evaluatorOf(info);
  if (!evaluator) throw new Error(`${info.plural} are not counted`);
  return { evaluator, objects };
}

const busy = (name: string, cpu: string, more: object = {}) =>
  aPod({ name }, { containers: [{ name: "c", resources: { requests: { cpu }, limits: { memory: "1Gi" } } }], ...more });

describe("plan()", () => {
  const cases: { when: string; quota: ResourceQuota; counted: Counted[]; used: Record<string, string> }[] = [
    { when: "nothing is there", quota: quota({ pods: "1" }), counted: [], used: { pods: "0" } },
    {
      when: "Pods run",
      quota: quota({ pods: "5", "requests.cpu": "4", cpu: "4", "limits.memory": "8Gi" }),
      counted: [counted(pods, [busy("a", "500m"), busy("b", "1")])],
      used: { pods: "2", "requests.cpu": "1500m", cpu: "1500m", "limits.memory": "2Gi" },
    },
    {
      when: "a Pod has ended: it takes its place in the store only",
      quota: quota({ pods: "5", "count/pods": "5", cpu: "4" }),
      counted: [counted(pods, [{ ...busy("a", "1"), status: { phase: "Succeeded" } }])],
      used: { pods: "0", "count/pods": "1", cpu: "0" },
    },
    {
      when: "init containers need more than the others, beside a sidecar",
      quota: quota({ cpu: "9" }),
      counted: [
        counted(pods, [
          busy("a", "1", {
            initContainers: [
              { name: "side", restartPolicy: "Always", resources: { requests: { cpu: "1" } } },
              { name: "init", resources: { requests: { cpu: "3" } } },
            ],
          }),
        ]),
      ],
      used: { cpu: "4" },
    },
    {
      when: "the quota is about other Pods",
      quota: quota({ pods: "5" }, { scopes: ["BestEffort"] }),
      counted: [counted(pods, [busy("a", "1")])],
      used: { pods: "0" },
    },
    {
      when: "the quota is about Pods of a class",
      quota: quota(
        { pods: "5" },
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator: "In", values: ["high"] }] } },
      ),
      counted: [counted(pods, [busy("a", "1", { priorityClassName: "high" }), busy("b", "1")])],
      used: { pods: "1" },
    },
    {
      when: "Services have node ports and load balancers",
      quota: quota({ services: "9", "services.nodeports": "9", "services.loadbalancers": "9" }),
      counted: [
        counted(services, [
          { metadata: { name: "a" }, spec: { type: "NodePort", ports: [{ port: 1 }, { port: 2 }] } },
          {
            metadata: { name: "b" },
            spec: { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports: [{ port: 1 }] },
          },
          { metadata: { name: "c" }, spec: { type: "ClusterIP", ports: [{ port: 1 }] } },
        ]),
      ],
      used: { services: "3", "services.nodeports": "2", "services.loadbalancers": "1" },
    },
    {
      when: "objects are counted under either of their names",
      quota: quota({ configmaps: "9", "count/configmaps": "9" }),
      counted: [counted(configMaps, [{ metadata: { name: "a" } }])],
      used: { configmaps: "1", "count/configmaps": "1" },
    },
  ];
  for (const { when, quota, counted, used } of cases) {
    it(`counts what is used when ${when}`, () => assert.deepEqual(plan(quota, counted, none, now)?.used, used));
  }

  it("counts custom resources as the server told their number", () => {
    const status = plan(
      quota({ "count/widgets.example.org": "9" }),
      [],
      new Map([["count/widgets.example.org", 4]]),
      now,
    );
    assert.deepEqual(status?.used, { "count/widgets.example.org": "4" });
  });

  it("has nothing to write when the status is right", () => {
    assert.equal(plan(quota({ pods: "1" }, {}, { pods: "0" }), [], none, now), undefined);
  });

  it("takes over limits that changed", () => {
    const before = quota({ pods: "1" }, {}, { pods: "0" });
    const status = plan({ ...before, spec: { hard: { pods: "2", cpu: "1" } } }, [], none, now);
    assert.deepEqual(status, { hard: { pods: "2", cpu: "1" }, used: { pods: "0", cpu: "0" } });
  });
});
