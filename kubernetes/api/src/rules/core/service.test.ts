import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Service, ServiceSpec } from "../../generated/types/core/v1.ts";
import { aService } from "../../testing/index.ts";
import { fieldErrorMessage } from "../field-error.ts";
import type { Mutable } from "../kind-rules.ts";
import { serviceRules } from "./service.ts";

function service(spec: ServiceSpec): Mutable<Service> {
  return structuredClone({ metadata: { name: "s", namespace: "default" }, spec }) as Mutable<Service>;
}

function created(spec: ServiceSpec): ServiceSpec {
  const object = service(spec);
  serviceRules.defaults?.(object);
  serviceRules.prepareForCreate?.(object);
  return object.spec;
}

const common = {
  internalTrafficPolicy: "Cluster",
  ipFamilies: ["IPv4"],
  ipFamilyPolicy: "SingleStack",
  sessionAffinity: "None",
};

describe("serviceRules, for a new Service", () => {
  const ports = [{ port: 80, protocol: "TCP", targetPort: 80 }];
  const table: readonly { when: string; spec: ServiceSpec; want: object }[] = [
    { when: "no type", spec: { ports: [{ port: 80 }] }, want: { ...common, type: "ClusterIP", ports } },
    {
      when: "type NodePort",
      spec: { type: "NodePort", ports: [{ port: 80 }] },
      want: { ...common, type: "NodePort", externalTrafficPolicy: "Cluster", ports },
    },
    {
      when: "type LoadBalancer and affinity",
      spec: { type: "LoadBalancer", sessionAffinity: "ClientIP", ports: [{ port: 80 }] },
      want: {
        ...common,
        type: "LoadBalancer",
        externalTrafficPolicy: "Cluster",
        allocateLoadBalancerNodePorts: true,
        sessionAffinity: "ClientIP",
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        ports,
      },
    },
    {
      when: "no address and a selector",
      spec: { clusterIP: "None", selector: { a: "b" } },
      want: { ...common, type: "ClusterIP", clusterIP: "None", clusterIPs: ["None"], selector: { a: "b" } },
    },
    {
      when: "no address and no selector",
      spec: { clusterIP: "None" },
      want: {
        ...common,
        type: "ClusterIP",
        clusterIP: "None",
        clusterIPs: ["None"],
        ipFamilies: ["IPv4", "IPv6"],
        ipFamilyPolicy: "RequireDualStack",
      },
    },
    {
      when: "an external name",
      spec: { type: "ExternalName", externalName: "example.org" },
      want: { type: "ExternalName", externalName: "example.org", sessionAffinity: "None" },
    },
  ];
  for (const { when, spec, want } of table) {
    it(`fills in one with ${when}`, () => {
      assert.deepEqual(created(spec), want);
    });
  }
});

describe("serviceRules, for a change", () => {
  const old = aService(
    {},
    {
      type: "NodePort",
      externalTrafficPolicy: "Cluster",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80, nodePort: 30080 }],
    },
  );
  function changed(spec: ServiceSpec): { spec: ServiceSpec; errors: string[] } {
    const next = service(spec);
    serviceRules.defaults?.(next);
    serviceRules.prepareForUpdate?.(next, old);
    const errors = serviceRules.validateUpdate?.(next, old) ?? [];
    return { spec: next.spec, errors: errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`) };
  }
  it("keeps what was allocated when the manifest does not say it", () => {
    const { spec, errors } = changed({ type: "NodePort", selector: { app: "web" }, ports: [{ port: 80 }] });
    assert.deepEqual(errors, []);
    assert.deepEqual(spec, old.spec);
  });
  it("takes node ports away with the type", () => {
    const { spec, errors } = changed({ ...old.spec, type: "ClusterIP" });
    assert.deepEqual(errors, []);
    assert.deepEqual(spec, aService().spec);
  });
  it("takes the address away when it becomes an external name", () => {
    const { spec, errors } = changed({ ...old.spec, type: "ExternalName", externalName: "example.org" });
    assert.deepEqual(errors, []);
    assert.equal(spec.clusterIP, undefined);
    assert.equal(spec.ipFamilies, undefined);
  });
  it("refuses another address", () => {
    const { errors } = changed({ ...old.spec, clusterIP: "10.96.0.9" });
    assert.deepEqual(errors, ['spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: may not change once set']);
  });
});
