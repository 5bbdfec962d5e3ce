import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec } from "@skiff/api/core/v1";
import { BIND_COMPLETED, bindingOf, phaseOf } from "./plan.ts";

const volume = (name: string, storage: string, spec: PersistentVolumeSpec = {}): PersistentVolume => ({
  metadata: { name, labels: { disk: name } },
  spec: { accessModes: ["ReadWriteOnce"], capacity: { storage }, ...spec },
});
const claim = (spec: object = {}, metadata: object = {}): PersistentVolumeClaim => ({
  metadata: { name: "data", namespace: "shop", uid: "u1", ...metadata },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } }, ...spec },
});
const ref = (uid?: string, name = "data") => ({ namespace: "shop", name, uid });
const small = volume("small", "1Gi");
const fitting = volume("fitting", "2Gi");
const large = volume("large", "10Gi");

describe("bindingOf()", () => {
  const table: { when: string; claim?: PersistentVolumeClaim; volumes: PersistentVolume[]; want: string }[] = [
    { when: "several are large enough", volumes: [large, fitting, small], want: "fitting" },
    { when: "none is large enough", volumes: [small], want: "Pending" },
    {
      when: "one was reserved for it",
      volumes: [fitting, volume("reserved", "9Gi", { claimRef: ref() })],
      want: "reserved",
    },
    {
      when: "the only one is another claim's",
      volumes: [volume("v", "2Gi", { claimRef: ref("u2", "other") })],
      want: "Pending",
    },
    {
      when: "one was an earlier claim's of the same name",
      volumes: [volume("v", "2Gi", { claimRef: ref("u0") })],
      want: "Pending",
    },
    { when: "the class differs", volumes: [volume("v", "2Gi", { storageClassName: "fast" })], want: "Pending" },
    { when: "the mode differs", volumes: [volume("v", "2Gi", { volumeMode: "Block" })], want: "Pending" },
    {
      when: "it wants more access",
      claim: claim({ accessModes: ["ReadWriteMany"] }),
      volumes: [large],
      want: "Pending",
    },
    {
      when: "its labels are asked for",
      claim: claim({ selector: { matchLabels: { disk: "large" } } }),
      volumes: [fitting, large],
      want: "large",
    },
    {
      when: "the claim names one, suitable or not",
      claim: claim({ volumeName: "small" }),
      volumes: [fitting, small],
      want: "small",
    },
    {
      when: "the claim names one that is not there yet",
      claim: claim({ volumeName: "none" }),
      volumes: [],
      want: "Pending",
    },
    {
      when: "the claim had one that is gone",
      claim: claim({ volumeName: "none" }, { annotations: { [BIND_COMPLETED]: "yes" } }),
      volumes: [],
      want: "Lost",
    },
  ];
  for (const { when, claim: given = claim(), volumes, want } of table) {
    it(`answers ${want} when ${when}`, () => {
      const binding = bindingOf(given, volumes);
      assert.equal(binding.phase === "Bound" ? binding.volume.metadata.name : binding.phase, want);
    });
  }
});

describe("phaseOf()", () => {
  const taken = volume("v", "1Gi", { claimRef: ref("u1") });
  const table = [
    { when: "it refers to no claim", volume: small, claim: undefined, want: "Available" },
    {
      when: "it is reserved by name",
      volume: volume("v", "1Gi", { claimRef: ref() }),
      claim: claim(),
      want: "Available",
    },
    { when: "its claim is gone", volume: taken, claim: undefined, want: "Released" },
    { when: "its claim was made anew", volume: taken, claim: claim({}, { uid: "u2" }), want: "Released" },
    { when: "its claim does not name it yet", volume: taken, claim: claim(), want: undefined },
    { when: "its claim names it", volume: taken, claim: claim({ volumeName: "v" }), want: "Bound" },
  ];
  for (const { when, volume: given, claim: found, want } of table) {
    it(`is ${want} when ${when}`, () => assert.equal(phaseOf(given, found), want));
  }
});
