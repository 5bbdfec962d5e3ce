import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Container } from "@skiff/api/core/v1";
import { aContainer, aPod } from "../testing/builders.ts";
import { cgroupParent, qosClass } from "./qos.ts";
import { containerResources, podResources } from "./resources.ts";

const GIB = 2 ** 30;
const both = { cpu: "500m", memory: "256Mi" };
const table: { when: string; resources: Container["resources"]; qos: string; want: object }[] = [
  {
    when: "nothing is asked for",
    resources: undefined,
    qos: "BestEffort",
    want: { cpuPeriod: 100_000, cpuShares: 2, oomScoreAdj: 1000 },
  },
  {
    when: "limits alone are set",
    resources: { limits: both },
    qos: "Guaranteed",
    want: {
      cpuPeriod: 100_000,
      cpuShares: 512,
      cpuQuota: 50_000,
      memoryLimitInBytes: 256 * 2 ** 20,
      oomScoreAdj: -997,
    },
  },
  {
    when: "requests alone are set",
    resources: { requests: both },
    qos: "Burstable",
    want: { cpuPeriod: 100_000, cpuShares: 512, oomScoreAdj: 750 },
  },
  {
    when: "very little CPU is allowed",
    resources: { limits: { cpu: "1m" } },
    qos: "Burstable",
    want: { cpuPeriod: 100_000, cpuShares: 2, cpuQuota: 1000, oomScoreAdj: 999 },
  },
];

describe("containerResources()", () => {
  for (const { when, resources, qos, want } of table) {
    it(`makes a ${qos} container when ${when}`, () => {
      const container = aContainer({ resources });
      const pod = aPod({ containers: [container] });
      assert.equal(qosClass(pod), qos);
      assert.deepEqual(containerResources(pod, container, GIB), want);
    });
  }
});

describe("podResources()", () => {
  const of = (name: string, memory: string | undefined, rest: Partial<Container> = {}): Container =>
    aContainer({ name, resources: memory ? { limits: { cpu: "100m", memory } } : undefined, ...rest });
  const mebibytes = (pod: Parameters<typeof podResources>[0]) =>
    (podResources(pod).memoryLimitInBytes ?? 0) / 2 ** 20 || "none";

  it("adds up regular containers and sidecars", () => {
    const sidecar = of("side", "8Mi", { restartPolicy: "Always" });
    assert.equal(mebibytes(aPod({ initContainers: [sidecar], containers: [of("a", "16Mi"), of("b", "32Mi")] })), 56);
  });
  it("leaves room for the largest init container, beside the sidecars before it", () => {
    const sidecar = of("side", "8Mi", { restartPolicy: "Always" });
    const init = [sidecar, of("large", "100Mi"), of("small", "1Mi")];
    assert.equal(mebibytes(aPod({ initContainers: init, containers: [of("a", "16Mi")] })), 108);
  });
  it("limits nothing while one container has no limit", () => {
    assert.equal(mebibytes(aPod({ containers: [of("a", "16Mi"), of("b", undefined)] })), "none");
  });
});

describe("cgroupParent()", () => {
  it("puts the Pod below its class", () => {
    assert.equal(cgroupParent(aPod()), "/kubepods/besteffort/poduid-1");
  });
});
