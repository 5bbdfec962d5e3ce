import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Pod } from "@skiff/api/core/v1";
import { aPod } from "../../testing/index.ts";
import { applyDefaults, prepareForPartUpdate, validatePartUpdate } from "../../validation.ts";
import type { Mutable } from "../kind-rules.ts";

const POD = "core/v1.Pod";

function running(): Mutable<Pod> {
  const resources = { requests: { cpu: "100m", memory: "1Mi" }, limits: { cpu: "1" } };
  const pod = structuredClone(
    aPod(
      { name: "a", namespace: "every", uid: "u", resourceVersion: "1", generation: 1 },
      { containers: [{ name: "c", image: "i", resources }], ephemeralContainers: [{ name: "old", image: "i" }] },
    ),
  ) as Mutable<Pod>;
  applyDefaults(POD, pod);
  delete pod.status?.qosClass;
  return pod;
}

interface Case {
  readonly when: string;
  readonly part: "ephemeralcontainers" | "resize";
  readonly change: (spec: Mutable<Pod>["spec"]) => void;
  readonly want: readonly string[];
}

const table: readonly Case[] = [
  {
    when: "a debugging container is added",
    part: "ephemeralcontainers",
    change: (spec) => spec.ephemeralContainers?.push({ name: "new", image: "i" }),
    want: [],
  },
  {
    when: "a debugging container is taken away",
    part: "ephemeralcontainers",
    change: (spec) => spec.ephemeralContainers?.splice(0),
    want: ['spec.ephemeralContainers existing ephemeral containers "old" may not be removed\n'],
  },
  {
    when: "a debugging container is changed",
    part: "ephemeralcontainers",
    change: (spec) => Object.assign(spec.ephemeralContainers?.[0] ?? {}, { image: "j" }),
    want: ['spec.ephemeralContainers existing ephemeral containers "old" may not be changed\n'],
  },
  {
    when: "a container gets more CPU",
    part: "resize",
    change: (spec) => Object.assign(spec.containers[0]?.resources?.requests ?? {}, { cpu: "200m" }),
    want: [],
  },
  {
    when: "a limit is taken away",
    part: "resize",
    change: (spec) => Object.assign(spec.containers[0]?.resources ?? {}, { limits: {} }),
    want: ["spec.containers[0].resources.limits resource limits cannot be removed"],
  },
  {
    when: "the Pod would become one of another class",
    part: "resize",
    change: (spec) => Object.assign(spec.containers[0] ?? {}, { resources: {} }),
    want: [
      "spec Pod QOS Class may not change as a result of resizing",
      "spec.containers[0].resources.requests resource requests cannot be removed",
      "spec.containers[0].resources.limits resource limits cannot be removed",
    ],
  },
];

describe("a part of a running Pod", () => {
  for (const { when, part, change, want } of table) {
    it(`is ${want.length === 0 ? "accepted" : "refused"} when ${when}`, () => {
      const old = running() as Pod;
      const pod = running();
      change(pod.spec);
      Object.assign(pod.spec, { hostname: "not-of-the-part" });
      applyDefaults(POD, pod);
      prepareForPartUpdate(POD, part, pod, old);
      assert.equal(pod.spec.hostname, undefined);
      const got = validatePartUpdate(POD, part, pod, old).map(({ field, detail }) => `${field} ${detail}`);
      assert.deepEqual(got, want);
      if (want.length === 0) assert.equal(pod.metadata.generation, 2);
    });
  }
});
