import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Deployment } from "@skiff/api/apps/v1";
import { deployments, events, pods, replicaSets } from "@skiff/api/resources";
import { runPods, startCluster } from "./cluster.ts";

const key = "default/web";
const web = (image: string, replicas = 3): Deployment => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default" },
  spec: {
    replicas,
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image }] } },
  },
});

const isComplete = (replicas: number, generation: number) => (all: readonly Deployment[]) => {
  const found = all.find(({ metadata }) => metadata.name === "web");
  const { observedGeneration = 0, updatedReplicas, availableReplicas, replicas: total } = found?.status ?? {};
  const done =
    updatedReplicas === replicas &&
    availableReplicas === replicas &&
    total === replicas &&
    observedGeneration >= generation;
  return done ? found : undefined;
};

describe("a Deployment", () => {
  it("gets its pods, scales, rolls on to a new image, and takes its pods with it", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    const informer = watch.for(deployments);

    await client.create(deployments, web("one"));
    const first = await until(informer, isComplete(3, 1));
    assert.equal(first.metadata.annotations?.["deployment.kubernetes.io/revision"], "1");
    const progressing = first.status?.conditions?.find(({ type }) => type === "Progressing");
    assert.equal(progressing?.reason, "NewReplicaSetAvailable");

    await client.patch(deployments, key, { spec: { replicas: 5 } }, { type: "merge" });
    await until(informer, isComplete(5, 2));

    const template = { spec: { containers: [{ name: "web", image: "two" }] } };
    await client.patch(deployments, key, { spec: { template } }, { type: "strategic" });
    await until(informer, isComplete(5, 3));
    await until(
      watch.for(pods),
      (all) => all.length === 5 && all.every(({ spec }) => spec.containers[0]?.image === "two"),
    );
    const sets = await client.list(replicaSets, { namespace: "default" });
    assert.deepEqual(sets.items.map(({ spec }) => spec.replicas).toSorted(), [0, 5]);

    const said = await until(watch.for(events), (all) => {
      const messages = all.filter(({ reason }) => reason === "ScalingReplicaSet").map(({ message }) => message);
      return messages.length > 2 ? messages : undefined;
    });
    assert.match(said.toSorted()[0] ?? "", /^Scaled (up|down) replica set web-\w+ from \d+ to \d+$/);

    await client.delete(deployments, key, { propagationPolicy: "Background" });
    await until(watch.for(pods), (all) => all.length === 0);
    await until(watch.for(replicaSets), (all) => all.length === 0);
  });

  it("never has more pods than its surge allows nor fewer ready ones than it must", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    await client.create(deployments, web("one", 8));
    await until(watch.for(deployments), isComplete(8, 1));
    const wrong: string[] = [];
    const count = () => {
      const live = watch
        .for(pods)
        .cache.list()
        .filter(({ metadata }) => !metadata.deletionTimestamp);
      const ready = live.filter(({ status }) =>
        status?.conditions?.some(({ type, status: s }) => type === "Ready" && s === "True"),
      );
      if (live.length > 10 || ready.length < 6) wrong.push(`${live.length} pods, ${ready.length} ready`);
    };
    watch.for(pods).on({ update: count, delete: count });
    const template = { spec: { containers: [{ name: "web", image: "two" }] } };
    await client.patch(deployments, key, { spec: { template } }, { type: "strategic" });
    await until(watch.for(deployments), isComplete(8, 2));
    assert.deepEqual(wrong, []);
  });

  it("makes a pod again that was deleted, and keeps the pods that are orphaned on purpose", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    await client.create(deployments, web("one", 2));
    await until(watch.for(deployments), isComplete(2, 1));
    const [lost] = watch.for(pods).cache.list();
    await client.delete(pods, lost?.metadata ?? {});
    await until(
      watch.for(pods),
      (all) =>
        all.length === 2 &&
        !all.some(({ metadata }) => metadata.uid === lost?.metadata.uid || metadata.deletionTimestamp),
    );

    await client.delete(deployments, key, { propagationPolicy: "Orphan" });
    await until(watch.for(deployments), (all) => all.length === 0);
    await until(watch.for(replicaSets), (all) => all.length === 1 && !all[0]?.metadata.ownerReferences);
    assert.equal(watch.for(pods).cache.list().length, 2);
  });

  it("is deleted last of all when it waits for what it owns", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    await client.create(deployments, web("one", 2));
    await until(watch.for(deployments), isComplete(2, 1));
    const order: string[] = [];
    watch.for(deployments).on({ delete: () => void order.push("Deployment") });
    watch.for(pods).on({ delete: () => void order.push("Pod") });
    await client.delete(deployments, key, { propagationPolicy: "Foreground" });
    await until(watch.for(deployments), (all) => all.length === 0);
    assert.deepEqual(order.slice(0, 2), ["Pod", "Pod"]);
  });
});
