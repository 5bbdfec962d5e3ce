import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pod, Service, ServiceSpec } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { plan as endpointsPlan } from "../endpoints/plan.ts";
import { plan } from "./plan.ts";

function aService(spec: Partial<ServiceSpec> = {}): Service {
  const ports = [{ name: "http", port: 80, targetPort: "web", protocol: "TCP" as const }];
  return {
    metadata: { name: "front", namespace: "default", uid: "s" },
    spec: { selector: { app: "web" }, ports, ipFamilies: ["IPv4"], ...spec },
  };
}

function aPod(
  name: string,
  o: { ip?: string; ready?: boolean; deleted?: boolean; app?: string; port?: number } = {},
): Pod {
  const { ip = `10.0.0.${name}`, ready = true, deleted = false, app = "web", port = 8080 } = o;
  return {
    metadata: {
      name,
      namespace: "default",
      uid: name,
      labels: { app },
      ...(deleted ? { deletionTimestamp: "2026-01-01T00:00:00Z" } : {}),
    },
    spec: { nodeName: "n", containers: [{ name: "c", ports: [{ name: "web", containerPort: port }] }] },
    status: { phase: "Running", podIP: ip, conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
  };
}

const noNode = () => undefined;
const created = (service: Service, pods: readonly Pod[]) => plan(service, pods, noNode, []).create;
/** `slices` as the server would have them. */
const stored = (slices: readonly EndpointSlice[]) =>
  slices.map((slice, at) => ({ ...slice, metadata: { ...slice.metadata, name: `front-${at}` } }));

describe("plan() of EndpointSlices", () => {
  it("lists ready pods of the Service with the port their container gives the name", () => {
    const [slice, ...more] = created(aService(), [aPod("1"), aPod("2", { app: "db" })]);
    assert.deepEqual(more, []);
    assert.deepEqual(slice?.ports, [{ name: "http", protocol: "TCP", port: 8080 }]);
    assert.deepEqual(slice?.endpoints, [
      {
        addresses: ["10.0.0.1"],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: "Pod", namespace: "default", name: "1", uid: "1" },
        nodeName: "n",
      },
    ]);
    assert.equal(slice?.metadata.labels?.["kubernetes.io/service-name"], "front");
    assert.equal(slice?.metadata.labels?.["endpointslice.kubernetes.io/managed-by"], "endpointslice-controller.k8s.io");
  });

  const conditions = [
    {
      when: "it is not ready",
      pod: aPod("1", { ready: false }),
      want: { ready: false, serving: false, terminating: false },
    },
    {
      when: "it is on its way out but still ready",
      pod: aPod("1", { deleted: true }),
      want: { ready: false, serving: true, terminating: true },
    },
  ];
  for (const { when, pod, want } of conditions) {
    it(`marks a pod ${JSON.stringify(want)} when ${when}`, () => {
      assert.deepEqual(created(aService(), [pod])[0]?.endpoints?.[0]?.conditions, want);
    });
  }

  it("calls every pod ready where the Service publishes those that are not", () => {
    const [slice] = created(aService({ publishNotReadyAddresses: true }), [aPod("1", { ready: false })]);
    assert.equal(slice?.endpoints?.[0]?.conditions?.ready, true);
  });

  it("keeps an empty slice where there is no pod", () => {
    const [slice] = created(aService(), []);
    assert.deepEqual([slice?.endpoints, slice?.ports], [[], []]);
  });

  it("makes a slice for each set of ports and for each hundred", () => {
    const many = Array.from({ length: 101 }, (_, n) => aPod(`${n}`));
    assert.deepEqual(
      created(aService(), [...many, aPod("200", { port: 9090 })]).map(({ endpoints }) => endpoints?.length),
      [100, 1, 1],
    );
  });

  it("changes nothing when all is as it should be, and only what changed otherwise", () => {
    const present = stored(created(aService(), [aPod("1"), aPod("2")]));
    const nothing = { create: [], update: [], delete: [] };
    assert.deepEqual(plan(aService(), [aPod("1"), aPod("2")], noNode, present), nothing);
    const { create, update, delete: deleted } = plan(aService(), [aPod("2"), aPod("3")], noNode, present);
    assert.deepEqual([create.length, deleted.length], [0, 0]);
    assert.deepEqual(
      update[0]?.endpoints?.map(({ addresses }) => addresses[0]),
      ["10.0.0.2", "10.0.0.3"],
    );
  });

  it("replaces the empty slice when the first pod comes", () => {
    const present = stored(created(aService(), []));
    const { create, delete: deleted } = plan(aService(), [aPod("1")], noNode, present);
    assert.deepEqual([create.length, deleted.length], [1, 1]);
  });
});

describe("plan() of Endpoints", () => {
  it("splits addresses by readiness and leaves out pods on their way out", () => {
    const pods = [aPod("2"), aPod("1"), aPod("3", { ready: false }), aPod("4", { deleted: true })];
    const subsets = endpointsPlan(aService(), pods, undefined)?.subsets;
    assert.deepEqual(
      subsets?.map(({ addresses, notReadyAddresses, ports }) => [
        addresses?.map(({ ip }) => ip),
        notReadyAddresses?.map(({ ip }) => ip),
        ports,
      ]),
      [[["10.0.0.1", "10.0.0.2"], ["10.0.0.3"], [{ name: "http", port: 8080, protocol: "TCP" }]]],
    );
  });

  it("answers nothing when the object is right", () => {
    const present = endpointsPlan(aService(), [aPod("1")], undefined);
    assert.equal(endpointsPlan(aService(), [aPod("1")], present), undefined);
  });
});
