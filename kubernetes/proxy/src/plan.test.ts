import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { planService } from "./plan.ts";
import { RuleModel } from "./rule-model.ts";
import { aService, aSlice } from "./testing/objects.ts";

const node = { nodeName: "here", podCidr: "10.244.0.0/16" };
const base = { tableName: "skiff-test-proxy", podCidr: node.podCidr, bridgeNetfilter: true, switchedLocalnet: true };
const two = ["10.244.0.2", { ip: "10.244.1.9", node: "there" }];
const exposed = { type: "LoadBalancer", ports: [{ port: 80, protocol: "TCP", nodePort: 30080 }] } as const;
const withStatus = (service: Service, ip: string): Service => ({
  ...service,
  status: { loadBalancer: { ingress: [{ ip }] } },
});

/** `UPDATE_GOLDEN=1` rewrites the files. */
const cases: { file: string; service: Service; slices: EndpointSlice[] }[] = [
  { file: "cluster-ip", service: aService(), slices: [aSlice(two)] },
  { file: "no-endpoints", service: aService({ type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] }), slices: [] },
  { file: "affinity", service: aService({ sessionAffinity: "ClientIP" }), slices: [aSlice(two)] },
  { file: "node-port-local", service: aService({ ...exposed, externalTrafficPolicy: "Local" }), slices: [aSlice(two)] },
  { file: "internal-local", service: aService({ internalTrafficPolicy: "Local" }), slices: [aSlice(two)] },
  {
    file: "load-balancer",
    service: withStatus(
      aService({ ...exposed, externalIPs: ["198.51.100.1"], loadBalancerSourceRanges: ["192.0.2.0/24"] }),
      "203.0.113.9",
    ),
    slices: [aSlice(["10.244.0.2"])],
  },
];

describe("planService()", () => {
  for (const { file, service, slices } of cases)
    it(`makes the rules in testdata/${file}.nft`, () => {
      const model = new RuleModel(base);
      model.fullScript();
      model.replace("default/web", planService(service, slices, node));
      const path = new URL(`testdata/${file}.nft`, import.meta.url);
      const script = model.incrementalScript();
      if (process.env.UPDATE_GOLDEN) writeFileSync(path, script);
      assert.equal(script, readFileSync(path, "utf8"));
    });

  for (const [when, service] of [
    ["headless", aService({ clusterIP: "None", clusterIPs: ["None"] })],
    ["of type ExternalName", aService({ type: "ExternalName", externalName: "example.org" })],
  ] as const)
    it(`makes no rules for a Service that is ${when}`, () => {
      const { chains, elements } = planService(service, [aSlice(two)], node);
      assert.deepEqual([chains.size, elements.length], [0, 0]);
    });

  it("takes nothing into a rule that is not an address", () => {
    const ranges = ["192.0.2.0/24 ; flush ruleset", "300.0.0.0/8"];
    const service = withStatus(
      aService({ ...exposed, externalIPs: ["1.2.3.4 }"], loadBalancerSourceRanges: ranges }),
      "x",
    );
    const model = new RuleModel(base);
    model.replace("default/web", planService(service, [aSlice(two)], node));
    assert.doesNotMatch(model.fullScript(), /flush ruleset|1\.2\.3\.4|300\.0/);
  });
});

describe("RuleModel.incrementalScript()", () => {
  const model = new RuleModel(base);
  const set = (service: Service, slices: EndpointSlice[]) => {
    model.replace("default/web", planService(service, slices, node));
    return model.incrementalScript();
  };
  model.fullScript();

  it("says nothing when nothing changed", () => {
    set(aService(), [aSlice(two)]);
    assert.equal(set(aService(), [aSlice(two)]), "");
  });

  it("touches only the chain of a Service whose endpoints changed", () => {
    const lines = set(aService(), [aSlice(["10.244.0.2"])])
      .trim()
      .split("\n");
    assert.deepEqual(
      lines.map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["flush chain", "add rule"],
    );
  });

  it("gives an address two Services claim to the second when the first goes", () => {
    const claim = { externalIPs: ["198.51.100.1"] };
    model.replace("default/a", planService(aService(claim, "a"), [aSlice(two, {}, "a")], node));
    model.replace("default/b", planService(aService(claim, "b"), [aSlice(two, {}, "b")], node));
    assert.match(model.incrementalScript(), /198\.51\.100\.1 \. tcp \. 80 : goto ext-\w+-default\/a/);
    model.replace("default/a", undefined);
    const script = model.incrementalScript();
    assert.match(script, /delete element .* \{ 198\.51\.100\.1 \. tcp \. 80 \}/);
    assert.match(script, /198\.51\.100\.1 \. tcp \. 80 : goto ext-\w+-default\/b/);
  });
});
