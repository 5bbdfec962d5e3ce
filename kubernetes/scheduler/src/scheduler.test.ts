import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Logger } from "@skiff/api";
import type { Event } from "@skiff/api/core/v1";
import { createClient } from "@skiff/client";
import { startScheduler } from "./scheduler.ts";
import { MemoryCluster } from "./testing/memory-cluster.ts";
import { aNode, aPod } from "./testing/objects.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };

async function started(t: TestContext, nodes = [aNode("a")]): Promise<MemoryCluster> {
  const cluster = new MemoryCluster();
  cluster.put("namespaces", { metadata: { name: "default" } });
  for (const node of nodes) cluster.put("nodes", node);
  const stop = new AbortController();
  const scheduler = await startScheduler({
    client: createClient(cluster),
    log: quiet,
    signal: stop.signal,
    random: () => 0,
  });
  t.after(() => scheduler[Symbol.asyncDispose]());
  return cluster;
}

function bound(cluster: MemoryCluster, key: string): Promise<string> {
  return cluster.until(() => cluster.bindings.get(key));
}

function reasonFor(cluster: MemoryCluster, key: string): Promise<string> {
  return cluster.until(() => cluster.pod(key).status?.conditions?.find(({ type }) => type === "PodScheduled")?.message);
}

function eventOf(cluster: MemoryCluster, reason: string): Promise<Event> {
  return cluster.until(() => cluster.all<Event>("events").find((event) => event.reason === reason));
}

describe("startScheduler()", { timeout: 20_000 }, () => {
  it("binds a Pod and says so", async (t) => {
    const cluster = await started(t);
    cluster.put("pods", aPod("p"));
    assert.equal(await bound(cluster, "default/p"), "a");
    assert.equal((await eventOf(cluster, "Scheduled")).message, "Successfully assigned default/p to a");
  });

  it("says why a Pod waits, in kube-scheduler's words", async (t) => {
    const cluster = await started(t);
    cluster.put("pods", aPod("big", { requests: { cpu: "3" } }));
    await bound(cluster, "default/big");
    cluster.put("pods", aPod("p", { requests: { cpu: "2" } }));
    const message =
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
    assert.equal(await reasonFor(cluster, "default/p"), message);
    const condition = cluster.pod("default/p").status?.conditions?.[0];
    assert.deepEqual([condition?.status, condition?.reason], ["False", "Unschedulable"]);
    const event = await eventOf(cluster, "FailedScheduling");
    assert.deepEqual([event.type, event.message], ["Warning", message]);
  });

  it("says that preemption can't help when the Pod is larger than the node", async (t) => {
    const cluster = await started(t);
    cluster.put("pods", aPod("p", { requests: { cpu: "5" } }));
    assert.equal(
      await reasonFor(cluster, "default/p"),
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    );
  });

  it("waits without any node, and goes on when one comes", async (t) => {
    const cluster = await started(t, []);
    cluster.put("pods", aPod("p"));
    assert.equal(await reasonFor(cluster, "default/p"), "no nodes available to schedule pods");
    cluster.put("nodes", aNode("late"));
    assert.equal(await bound(cluster, "default/p"), "late");
  });

  it("leaves alone Pods that are gated, done, or another scheduler's", async (t) => {
    const cluster = await started(t);
    cluster.put("pods", aPod("gated", { spec: { schedulingGates: [{ name: "x" }] } }));
    cluster.put("pods", aPod("other", { spec: { schedulerName: "mine" } }));
    cluster.put("pods", { ...aPod("done"), status: { phase: "Succeeded" } });
    cluster.put("pods", aPod("last"));
    await bound(cluster, "default/last");
    assert.deepEqual([...cluster.bindings.keys()], ["default/last"]);
    cluster.put("pods", aPod("gated"));
    assert.equal(await bound(cluster, "default/gated"), "a");
  });

  it("counts a Pod it has just placed, before the API server has said so", async (t) => {
    const cluster = await started(t, [aNode("a"), aNode("b")]);
    for (let n = 0; n < 8; n++) cluster.put("pods", aPod(`p${n}`, { requests: { cpu: "1" } }));
    await cluster.until(() => (cluster.bindings.size === 8 ? true : undefined));
    const onA = [...cluster.bindings.values()].filter((node) => node === "a").length;
    assert.equal(onA, 4);
  });

  it("tries again after a binding failed", async (t) => {
    const cluster = await started(t);
    cluster.refuseBinding = new Error("the server is busy");
    cluster.put("pods", aPod("p"));
    assert.match(await reasonFor(cluster, "default/p"), /binding rejected: the server is busy/);
    cluster.refuseBinding = undefined;
    assert.equal(await bound(cluster, "default/p"), "a");
  });

  it("makes room for an important Pod by ending the least important one that is in the way", async (t) => {
    const cluster = await started(t);
    for (const [name, priority] of [
      ["low", 1],
      ["lower", 0],
      ["high", 50],
    ] as const) {
      cluster.put("pods", aPod(name, { requests: { cpu: "1" }, spec: { priority } }));
      await bound(cluster, `default/${name}`);
    }
    cluster.put("pods", aPod("urgent", { requests: { cpu: "2" }, spec: { priority: 100 } }));
    assert.equal(await bound(cluster, "default/urgent"), "a");
    assert.deepEqual(
      cluster
        .all<{ metadata: { name: string } }>("pods")
        .map((pod) => pod.metadata.name)
        .sort(),
      ["high", "low", "urgent"],
    );
    assert.equal((await eventOf(cluster, "Preempted")).involvedObject.name, "lower");
  });

  it("places a thousand Pods on a hundred nodes in a few seconds", async (t) => {
    const cluster = await started(
      t,
      Array.from({ length: 100 }, (_, n) => aNode(`n${n}`)),
    );
    const began = performance.now();
    for (let n = 0; n < 1000; n++) cluster.put("pods", aPod(`p${n}`, { requests: { cpu: "100m" } }));
    await cluster.until(() => (cluster.bindings.size === 1000 ? true : undefined));
    const seconds = (performance.now() - began) / 1000;
    t.diagnostic(`${Math.round(1000 / seconds)} pods/s`);
    assert.ok(seconds < 10, `${seconds} s`);
  });
});
