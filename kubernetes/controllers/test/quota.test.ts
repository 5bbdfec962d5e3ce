import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isForbidden } from "@skiff/api";
import type { ResourceQuota } from "@skiff/api/core/v1";
import { persistentVolumeClaims, pods, replicaSets, resourceQuotas, secrets } from "@skiff/api/resources";
import { runPods, startCluster } from "./cluster.ts";

const namespace = "default";

function quota(hard: Record<string, string>): ResourceQuota {
  return { metadata: { name: "q", namespace }, spec: { hard } };
}

/** The status says that this much is used. */
const uses = (used: Record<string, string>) => (all: readonly ResourceQuota[]) =>
  all.some(({ status }) => Object.entries(used).every(([name, amount]) => status?.used?.[name] === amount));

describe("a ResourceQuota", () => {
  it("is never overdrawn, and ends up true, however much is created and deleted at once", async (t) => {
    const { client, until, watch } = await startCluster(t);
    const quotas = watch.for(resourceQuotas);
    await client.create(resourceQuotas, quota({ secrets: "10" }));
    await until(quotas, uses({ secrets: "0" }));
    const present = watch.for(secrets);
    let most = 0;
    const look = () => {
      most = Math.max(most, present.cache.list().length);
    };
    present.on({ add: look });
    let refused = 0;
    const worker = async (number: number) => {
      for (let round = 0; round < 12; round++) {
        const metadata = { name: `s-${number}-${round}`, namespace };
        try {
          await client.create(secrets, { metadata });
          if (round % 3 !== 0) await client.delete(secrets, metadata);
        } catch (error) {
          if (!isForbidden(error)) throw error;
          refused++;
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, number) => worker(number)));
    const { items } = await client.list(secrets, { namespace });
    assert.ok(refused > 0, "nothing was refused");
    assert.ok(most <= 10 && items.length <= 10, `${Math.max(most, items.length)} were there at once`);
    await until(quotas, uses({ secrets: String(items.length) }));
  });

  it("stops a ReplicaSet, which goes on when there is room again", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    await client.create(resourceQuotas, quota({ pods: "2" }));
    await until(watch.for(resourceQuotas), uses({ pods: "0" }));
    await client.create(replicaSets, {
      metadata: { name: "web", namespace },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: "web" } },
        template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "i" }] } },
      },
    });
    await until(watch.for(replicaSets), (all) =>
      all.some(({ status }) =>
        status?.conditions?.some(
          ({ type, message }) => type === "ReplicaFailure" && message?.includes("exceeded quota: q"),
        ),
      ),
    );
    await client.patch(resourceQuotas, { name: "q", namespace }, { spec: { hard: { pods: "3" } } }, { type: "merge" });
    await until(watch.for(pods), (all) => all.length === 3);
  });
});

describe("a PersistentVolumeClaim", () => {
  it("stays until the last Pod that uses it is gone", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    const key = { name: "data", namespace };
    await client.create(persistentVolumeClaims, {
      metadata: key,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "data" } }];
    const user = { name: "user", namespace };
    const spec = { nodeName: "n", containers: [{ name: "c", image: "i" }], volumes };
    await client.create(pods, { metadata: user, spec });
    await client.delete(persistentVolumeClaims, key);
    assert.ok((await client.get(persistentVolumeClaims, key)).metadata.deletionTimestamp);
    await client.delete(pods, user);
    await until(watch.for(persistentVolumeClaims), (all) => all.length === 0);
  });
});
