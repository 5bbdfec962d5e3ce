import assert from "node:assert/strict";
import { it } from "node:test";
import type { Logger } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { events, nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "@skiff/apiserver/testing";
import { createClient, informers } from "@skiff/client";
import { startScheduler } from "./scheduler.ts";
import { aNode, aPod } from "./testing/objects.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => quiet };
const COUNT = 200;

it("startScheduler() binds through a real API server, and explains what it cannot", { timeout: 20_000 }, async (t) => {
  const stop = new AbortController();
  t.after(() => stop.abort()); // hooks run in this order: watches end before the server they go to
  const { api } = await startTestApiServer(t);
  const admin = createClient(api.localTransport({ name: "admin", groups: ["system:masters"] }));
  const client = createClient(api.localTransport({ name: "system:kube-scheduler", groups: ["system:authenticated"] }));
  const pod = (name: string, cpu: string): Pod => {
    const { metadata, ...rest } = aPod(name, { requests: { cpu } });
    return { ...rest, metadata: { namespace: metadata.namespace, name } };
  };
  const metadata = { namespace: "default", name: "default" };
  await admin.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata });
  for (const name of ["a", "b"]) {
    const node = aNode(name, { allocatable: { pods: "500" } });
    await admin.create(nodes, node);
    await admin.updateStatus(nodes, node);
    // New nodes are tainted as not ready; here nobody else would take the taint away.
    await admin.patch(nodes, name, { spec: { taints: null } }, { type: "merge" });
  }
  const factory = informers(admin, { log: quiet, signal: stop.signal });
  const seen = factory.for<Pod>(pods);
  const placed = new Map<string, string>();
  const all = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<Pod>();
  const look = (one: Pod) => {
    if (one.spec.nodeName) placed.set(one.metadata.name, one.spec.nodeName);
    if (placed.size === COUNT) all.resolve();
    if (one.metadata.name === "huge" && one.status?.conditions?.some(({ status }) => status === "False"))
      refused.resolve(one);
  };
  seen.on({ add: look, update: look });
  factory.start();
  await factory.synced();
  const scheduler = await startScheduler({ client, log: quiet, signal: stop.signal });
  t.after(() => scheduler[Symbol.asyncDispose]());

  const began = performance.now();
  await Promise.all(Array.from({ length: COUNT }, (_, n) => admin.create(pods, pod(`p${n}`, "1m"))));
  await all.promise;
  t.diagnostic(`${Math.round((COUNT * 1000) / (performance.now() - began))} pods/s, creation included`);
  assert.deepEqual(new Set(placed.values()), new Set(["a", "b"]));

  await admin.create(pods, pod("huge", "64"));
  const { status } = await refused.promise;
  const message =
    "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.";
  const condition = status?.conditions?.find(({ type }) => type === "PodScheduled");
  assert.deepEqual([condition?.reason, condition?.message], ["Unschedulable", message]);
  const said: string[] = [];
  for await (const { object } of admin.watch(
    events,
    { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" },
    t.signal,
  )) {
    if (object.reason) said.push(`${object.reason}: ${object.message}`);
    if (said.length > COUNT) break;
  }
  assert.ok(said.includes(`FailedScheduling: ${message}`));
  assert.ok(said.includes(`Scheduled: Successfully assigned default/p0 to ${placed.get("p0")}`));
  stop.abort();
});
