import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Job } from "@skiff/api/batch/v1";
import type { Node, Pod, PodTemplateSpec, Service } from "@skiff/api/core/v1";
import {
  configMaps,
  daemonSets,
  endpointSlices,
  endpoints,
  jobs,
  namespaces,
  nodes,
  pods,
  serviceAccounts,
  services,
  statefulSets,
} from "@skiff/api/resources";
import { running, runPods, startCluster } from "./cluster.ts";

const namespace = "default";
const template = (image: string): PodTemplateSpec => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "web", image }] },
});
const selector = { matchLabels: { app: "web" } };
const names = (all: readonly Pod[]) => all.map(({ metadata }) => metadata.name).toSorted();

describe("a Namespace", () => {
  it("gets its service account and the cluster's authority, and goes with all that is in it", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    await client.create(namespaces, { metadata: { name: "team" }, spec: {} });
    await until(watch.for(serviceAccounts), (all) => all.some(({ metadata }) => metadata.namespace === "team"));
    await until(watch.for(configMaps), (all) =>
      all.some(({ metadata }) => metadata.namespace === "team" && metadata.name === "kube-root-ca.crt"),
    );
    await client.create(pods, {
      metadata: { name: "p", namespace: "team" },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
    await client.delete(namespaces, "team");
    await until(watch.for(namespaces), (all) => !all.some(({ metadata }) => metadata.name === "team"));
    for (const informer of [watch.for(serviceAccounts), watch.for(configMaps)]) {
      await until(informer as ReturnType<typeof watch.for<Pod>>, (all) =>
        all.every((each) => each.metadata.namespace !== "team"),
      );
    }
  });
});

describe("a Service", () => {
  it("has the pods it selects in its EndpointSlice and Endpoints, and loses them", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster);
    const service: Service = {
      metadata: { name: "front", namespace },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    await client.create(services, service);
    await client.create(pods, {
      metadata: { name: "web", namespace, labels: { app: "web" } },
      spec: { containers: [{ name: "c", image: "i" }] },
    });
    const slice = await until(watch.for(endpointSlices), (all) => {
      return all.find(
        (each) =>
          each.metadata.labels?.["kubernetes.io/service-name"] === "front" && each.endpoints?.[0]?.conditions?.ready,
      );
    });
    assert.equal(slice.ports?.[0]?.port, 8080);
    const address = slice.endpoints?.[0]?.addresses[0];
    const listed = await until(watch.for(endpoints), (all) =>
      all.find(({ metadata, subsets }) => metadata.name === "front" && subsets?.[0]?.addresses),
    );
    assert.equal(listed.subsets?.[0]?.addresses?.[0]?.ip, address);

    await client.delete(pods, `${namespace}/web`);
    await until(watch.for(endpoints), (all) =>
      all.some(({ metadata, subsets }) => metadata.name === "front" && !subsets?.length),
    );
    await client.delete(services, `${namespace}/front`);
    await until(
      watch.for(endpointSlices),
      (all) => !all.some(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === "front"),
    );
    await until(watch.for(endpoints), (all) => !all.some(({ metadata }) => metadata.name === "front"));
  });
});

describe("a Job", () => {
  const aJob = (spec: Partial<Job["spec"]> = {}): Job => {
    const podSpec = { restartPolicy: "Never" as const, containers: [{ name: "c", image: "i" }] };
    return {
      metadata: { name: "sum", namespace },
      spec: { completions: 3, parallelism: 2, template: { spec: podSpec }, ...spec },
    };
  };

  it("is complete when its pods have succeeded, and goes after its time", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster, () => ({ phase: "Succeeded" }));
    await client.create(jobs, aJob({ ttlSecondsAfterFinished: 1 }));
    const done = await until(watch.for(jobs), (all) =>
      all.find(({ status }) => status?.conditions?.some(({ type }) => type === "Complete")),
    );
    assert.deepEqual([done.status?.succeeded, done.status?.failed ?? 0, done.status?.active ?? 0], [3, 0, 0]);
    await until(watch.for(jobs), (all) => all.length === 0);
    await until(watch.for(pods), (all) => all.length === 0);
  });

  it("fails when too many of its pods fail", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster, () => ({ phase: "Failed" }));
    await client.create(jobs, aJob({ backoffLimit: 0 }));
    const done = await until(watch.for(jobs), (all) =>
      all.find(({ status }) => status?.conditions?.some(({ type }) => type === "Failed")),
    );
    assert.equal(done.status?.conditions?.find(({ type }) => type === "Failed")?.reason, "BackoffLimitExceeded");
  });
});

describe("a StatefulSet", () => {
  it("makes its pods one after the other, updates them from the last, and gives up the last first", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    const order: string[] = [];
    watch.for(pods).on({ add: ({ metadata }) => void order.push(metadata.name) });
    runPods(cluster);
    await client.create(statefulSets, {
      metadata: { name: "db", namespace },
      spec: { replicas: 3, serviceName: "db", selector, template: template("one") },
    });
    await until(watch.for(statefulSets), (all) =>
      all.find(({ status }) => status?.readyReplicas === 3 && status.currentRevision === status.updateRevision),
    );
    assert.deepEqual(order, ["db-0", "db-1", "db-2"]);

    await client.patch(statefulSets, `${namespace}/db`, { spec: { template: template("two") } }, { type: "merge" });
    await until(
      watch.for(pods),
      (all) =>
        all.length === 3 &&
        all.every(({ spec, status }) => spec.containers[0]?.image === "two" && status?.phase === "Running"),
    );
    assert.deepEqual(order.slice(3), ["db-2", "db-1", "db-0"]);

    await client.patch(statefulSets, `${namespace}/db`, { spec: { replicas: 1 } }, { type: "merge" });
    assert.deepEqual(await until(watch.for(pods), (all) => all.length === 1 && names(all)), ["db-0"]);
  });
});

describe("a Node", () => {
  const aNode = (name: string): Node => {
    return {
      metadata: { name },
      spec: {},
      status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: new Date().toISOString() }] },
    };
  };

  it("gets a pod range of its own, and a pod of every DaemonSet", async (t) => {
    const cluster = await startCluster(t);
    const { client, until, watch } = cluster;
    runPods(cluster, running);
    await client.create(daemonSets, {
      metadata: { name: "agent", namespace },
      spec: { selector, template: template("one") },
    });
    for (const name of ["a", "b"]) await client.create(nodes, aNode(name));
    const ranges = await until(
      watch.for(nodes),
      (all) => all.length === 2 && all.every(({ spec }) => spec.podCIDR) && all.map(({ spec }) => spec.podCIDR),
    );
    assert.deepEqual(ranges.toSorted(), ["10.244.0.0/24", "10.244.1.0/24"]);
    await until(watch.for(daemonSets), (all) =>
      all.find(({ status }) => status?.desiredNumberScheduled === 2 && status.numberReady === 2),
    );
    await client.delete(nodes, "b");
    await until(watch.for(pods), (all) => all.length === 1);
  });
});
