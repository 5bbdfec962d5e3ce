import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PersistentVolumeClaim } from "@skiff/api/core/v1";
import { aPod } from "@skiff/api/testing";
import { classesOfClaim, usesClaim } from "./plan.ts";

const claim = (name: string, more: object = {}): PersistentVolumeClaim => ({
  metadata: { name, namespace: "default" },
  spec: {},
  ...more,
});
const pod = (spec: object, namespace = "default") => aPod({ name: "p", namespace }, { nodeName: "n", ...spec });
const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];

describe("usesClaim()", () => {
  const cases = [
    { when: "a volume names the claim", pod: pod({ volumes }), name: "data", uses: true },
    { when: "a volume names another claim", pod: pod({ volumes }), name: "other", uses: false },
    { when: "the Pod is in another namespace", pod: pod({ volumes }, "elsewhere"), name: "data", uses: false },
    { when: "the Pod has no node yet", pod: pod({ volumes, nodeName: "" }), name: "data", uses: false },
    {
      when: "the claim was made for an ephemeral volume",
      pod: pod({ volumes: [{ name: "scratch", ephemeral: {} }] }),
      name: "p-scratch",
      uses: true,
    },
  ];
  for (const { when, pod, name, uses } of cases) {
    it(`is ${uses} when ${when}`, () => assert.equal(usesClaim(pod, claim(name)), uses));
  }
});

describe("classesOfClaim()", () => {
  it("names the class a claim wants, has, and is getting", () => {
    const status = {
      currentVolumeAttributesClassName: "slow",
      modifyVolumeStatus: { targetVolumeAttributesClassName: "fast", status: "InProgress" },
    };
    const spec = { volumeAttributesClassName: "faster" };
    assert.deepEqual(classesOfClaim(claim("c", { spec, status })), ["faster", "slow", "fast"]);
  });
});
