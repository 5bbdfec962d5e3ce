import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { PersistentVolume, PersistentVolumeClaim } from "@skiff/api/core/v1";
import { persistentVolumeClaims, persistentVolumes } from "@skiff/api/resources";
import { startCluster } from "./cluster.ts";

const volume = (name: string): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name },
  spec: {
    accessModes: ["ReadWriteOnce"],
    capacity: { storage: "1Gi" },
    hostPath: { path: "/tmp" },
    persistentVolumeReclaimPolicy: "Retain",
  },
});
const claim: PersistentVolumeClaim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, storageClassName: "" },
};

describe("a PersistentVolumeClaim", () => {
  it("waits for a volume, has it, and leaves it released", async (t) => {
    const { client, until, watch } = await startCluster(t);
    const claims = watch.for(persistentVolumeClaims);
    const volumes = watch.for(persistentVolumes);
    const phase = (name: string, wanted: string) => (all: readonly (PersistentVolume | PersistentVolumeClaim)[]) =>
      all.find(({ metadata, status }) => metadata.name === name && status?.phase === wanted);

    await client.create(persistentVolumeClaims, claim);
    await until(claims, phase("data", "Pending"));
    await client.create(persistentVolumes, volume("disk"));
    const bound = await until(claims, phase("data", "Bound"));
    assert.equal((bound as PersistentVolumeClaim).spec?.volumeName, "disk");
    assert.deepEqual(bound.status, { phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" } });
    await until(volumes, phase("disk", "Bound"));

    await client.delete(persistentVolumeClaims, { namespace: "default", name: "data" });
    await until(volumes, phase("disk", "Released"));
    await client.create(persistentVolumes, volume("other"));
    await until(volumes, phase("other", "Available"));
    await client.delete(persistentVolumes, { name: "disk" });
    await until(volumes, (all) => all.every(({ metadata }) => metadata.name !== "disk"));
  });
});
