import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Container } from "@skiff/api/core/v1";
import { podRequests, podScoringRequests } from "./resources.ts";
import { aPod } from "./testing/objects.ts";

const container = (cpu: string, o: Partial<Container> = {}): Container => ({
  name: `c${cpu}`,
  resources: { requests: { cpu } },
  ...o,
});
const sidecar = (cpu: string) => container(cpu, { restartPolicy: "Always" });

const table = [
  { when: "containers run side by side", spec: { containers: [container("1"), container("500m")] }, cpu: 1500 },
  {
    when: "an init container needs more than all of them",
    spec: { containers: [container("1")], initContainers: [container("3"), container("2")] },
    cpu: 3000,
  },
  {
    when: "a sidecar runs beside the containers",
    spec: { containers: [container("1")], initContainers: [sidecar("500m")] },
    cpu: 1500,
  },
  {
    when: "an init container runs beside the sidecars before it only",
    spec: { containers: [container("1")], initContainers: [sidecar("1"), container("2"), sidecar("1")] },
    cpu: 3000,
  },
  {
    when: "the runtime class costs extra",
    spec: { containers: [container("1")], overhead: { cpu: "250m" } },
    cpu: 1250,
  },
  {
    when: "the Pod as a whole states its request",
    spec: { containers: [container("1")], resources: { requests: { cpu: "3" } } },
    cpu: 3000,
  },
];

describe("podRequests()", () => {
  for (const { when, spec, cpu } of table)
    it(`asks for ${cpu}m when ${when}`, () => assert.equal(podRequests(aPod("p", { spec }).spec).cpu, cpu));

  it("counts memory in bytes and other resources in pieces", () => {
    const requests = { memory: "1Gi", "example.org/gpu": "2" };
    assert.deepEqual(podRequests(aPod("p", { requests }).spec), { memory: 1024 ** 3, "example.org/gpu": 2 });
  });
});

describe("podScoringRequests()", () => {
  it("counts a container that states nothing as a small one", () => {
    assert.deepEqual(podScoringRequests(aPod("p").spec), { cpu: 100, memory: 200 * 1024 ** 2 });
  });
});
