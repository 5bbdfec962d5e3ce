import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ContainerRecord } from "./record.ts";
import { limitsOf, updatedRecord } from "./updated-record.ts";

const record: ContainerRecord = {
  ...{ id: "1", name: "one", imageId: "", command: [], state: "created", createdAt: 0, logPath: "" },
  ...{ addresses: [], snapshot: "1", ownsSnapshot: true, ports: [], cgroup: "/one" },
  spec: { root: { image: "one" }, resources: { memory: 64, cpuShares: 2 }, asked: { HostConfig: { Init: true } } },
};

describe("updatedRecord()", () => {
  it("changes what is given and keeps the rest", () => {
    const changes = { restart: { name: "always" as const }, asked: { NanoCpus: 5 } };
    const { spec } = updatedRecord(record, { memory: 128 }, changes);
    assert.deepEqual(spec.resources, { memory: 128, cpuShares: 2 });
    assert.deepEqual(spec.restart, { name: "always" });
    assert.deepEqual(spec.asked, { HostConfig: { Init: true, NanoCpus: 5 } });
  });
});

describe("limitsOf()", () => {
  const table = [
    { when: "memory alone changes", resources: { memory: 128 }, limits: { memory: 128 } },
    { when: "swap alone does", resources: { memorySwap: 256 }, limits: { memory: 64, memorySwap: 256 } },
    { when: "neither does", resources: { pids: 3, oomScoreAdj: 1 }, limits: { memory: undefined, pids: 3 } },
  ];
  for (const { when, resources, limits } of table) {
    it(`counts swap together with memory when ${when}`, () => {
      assert.deepEqual(limitsOf(record, resources), limits);
    });
  }
});
