import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ResourceRequirements } from "../../generated/types/core/v1.ts";
import { aContainer, aPod } from "../../testing/index.ts";
import { podQosClass } from "./qos.ts";

const both = { cpu: "1", memory: "1Gi" };
const table: readonly { when: string; containers: readonly ResourceRequirements[]; want: string }[] = [
  { when: "nothing is asked for", containers: [{}], want: "BestEffort" },
  { when: "zero is asked for", containers: [{ requests: { cpu: "0" } }], want: "BestEffort" },
  { when: "limits and requests are the same", containers: [{ limits: both, requests: both }], want: "Guaranteed" },
  {
    when: "they are spelled differently",
    containers: [{ limits: both, requests: { ...both, cpu: "1000m" } }],
    want: "Guaranteed",
  },
  { when: "memory has no limit", containers: [{ limits: { cpu: "1" } }], want: "Burstable" },
  {
    when: "less is requested than the limit",
    containers: [{ limits: both, requests: { ...both, cpu: "500m" } }],
    want: "Burstable",
  },
  {
    when: "one of two containers asks for nothing",
    containers: [{ limits: both, requests: both }, {}],
    want: "Burstable",
  },
];

describe("podQosClass()", () => {
  for (const { when, containers, want } of table) {
    it(`is ${want} when ${when}`, () => {
      const pod = aPod(
        {},
        { containers: containers.map((resources, index) => aContainer({ name: `c${index}`, resources })) },
      );
      assert.equal(podQosClass(pod), want);
    });
  }
});
