import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Pod } from "@skiff/api/core/v1";
import { aContainer, aNode, aPod, type TestNode } from "../testing/index.ts";
import { PodWorkers } from "./pod-workers.ts";

interface Running extends TestNode {
  readonly workers: PodWorkers;
}

async function run(t: TestContext, pod?: Pod, prepare?: (node: TestNode) => void): Promise<Running> {
  const node = await aNode(t);
  prepare?.(node);
  const workers = new PodWorkers(node.context);
  t.after(() => workers[Symbol.asyncDispose]());
  if (pod) workers.put(node.api.put(pod));
  return { ...node, workers };
}

const isReady = (pod: Pod | undefined) =>
  pod?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
const waitsFor = (reason: string) => (pod: Pod | undefined) =>
  pod?.status?.containerStatuses?.[0]?.state?.waiting?.reason === reason;
const restarts = (pod: Pod | undefined) => pod?.status?.containerStatuses?.[0]?.restartCount ?? 0;

describe("PodWorkers", () => {
  it("brings a Pod to run and says so", async (t) => {
    const { api, runtime, events } = await run(t, aPod());
    const pod = await api.until(isReady);
    assert.deepEqual(runtime.calls, ["sandbox", "create app", "start app"]);
    assert.equal(pod?.status?.phase, "Running");
    assert.equal(pod?.status?.podIP, "10.0.0.1");
    assert.equal(pod?.status?.containerStatuses?.[0]?.containerID, "scripted://container-2");
    assert.deepEqual(events, [
      'Pulled: Container image "example.org/app:1" already present on machine and can be accessed by the pod',
      "Created: Container created",
      "Started: Container started",
    ]);
  });

  it("runs init containers one after the other before the rest", async (t) => {
    const pod = aPod({ initContainers: [aContainer({ name: "one" }), aContainer({ name: "two" })] });
    const { api, runtime } = await run(t, pod, ({ runtime: scripted }) => {
      scripted.onStart = ({ name }) => name !== "app" && scripted.exit(name, 0);
    });
    await api.until(isReady);
    assert.deepEqual(
      runtime.calls.filter((call) => call.startsWith("start")),
      ["start one", "start two", "start app"],
    );
  });

  it("keeps a sidecar running and ends it when the work is done", async (t) => {
    const pod = aPod({
      restartPolicy: "Never",
      initContainers: [aContainer({ name: "proxy", restartPolicy: "Always" })],
    });
    const { api, runtime } = await run(t, pod);
    await api.until(isReady);
    runtime.exit("app", 0);
    const done = await api.until((seen) => seen?.status?.phase === "Succeeded");
    assert.ok(runtime.calls.includes("stop proxy 30"));
    assert.equal(done?.status?.conditions?.find(({ type }) => type === "Ready")?.reason, "PodCompleted");
  });

  it("starts a container that ended again at once, and after a second crash waits", async (t) => {
    const { api, runtime, events } = await run(t, aPod());
    await api.until(isReady);
    runtime.exit("app", 3);
    const again = await api.until((pod) => restarts(pod) === 1 && isReady(pod));
    assert.equal(again?.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode, 3);
    runtime.exit("app", 3);
    const waiting = await api.until(waitsFor("CrashLoopBackOff"));
    assert.equal(
      waiting?.status?.containerStatuses?.[0]?.state?.waiting?.message,
      "back-off 10s restarting failed container=app pod=web_default(uid-1)",
    );
    assert.equal(waiting?.status?.phase, "Running");
    assert.equal(events.at(-1), "BackOff: Back-off restarting failed container app in pod web_default(uid-1)");
  });

  it("ends a Pod the API wants deleted, and only then confirms", async (t) => {
    const { api, runtime, workers, context } = await run(t, aPod());
    const pod = await api.until(isReady);
    assert.ok(pod);
    const metadata = { ...pod.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", deletionGracePeriodSeconds: 5 };
    workers.put(api.put({ ...pod, metadata }));
    await api.until((seen) => seen === undefined);
    assert.deepEqual(runtime.calls.slice(-2), ["stop app 5", "stop sandbox"]);
    workers.remove(pod);
    while (workers.list().length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(runtime.sandboxes(), []);
    assert.ok(context);
  });

  it("adopts what runs, with its restarts counted and nothing restarted", async (t) => {
    const first = await run(t, aPod());
    await first.api.until(isReady);
    first.runtime.exit("app", 1);
    await first.api.until((pod) => restarts(pod) === 1 && isReady(pod));
    const before = [...first.runtime.calls];
    await first.workers[Symbol.asyncDispose]();

    const second = new PodWorkers(first.context);
    t.after(() => second[Symbol.asyncDispose]());
    const pod = first.api.get("default/web");
    assert.ok(pod);
    second.put(pod);
    first.runtime.exit("app", 1);
    await first.api.until((seen) => restarts(seen) === 2 && isReady(seen));
    assert.deepEqual(first.runtime.calls, [...before, "create app", "start app"]);
  });

  it("makes a lost sandbox anew", async (t) => {
    const { api, runtime, workers } = await run(t, aPod());
    await api.until(isReady);
    runtime.reboot();
    const pod = await api.until((seen) => restarts(seen) === 1 && isReady(seen));
    assert.equal(pod?.status?.podIP, "10.0.0.3");
    assert.deepEqual(
      runtime.sandboxes().map(({ ready, attempt }) => [ready, attempt]),
      [
        [false, 0],
        [true, 1],
      ],
    );
    assert.equal(workers.list().length, 1);
  });

  it("ends Pods that were deleted while nobody looked", async (t) => {
    const { api, runtime, workers, context } = await run(t, aPod());
    await api.until(isReady);
    await workers[Symbol.asyncDispose]();
    // One that the runtime has forgotten already.
    await mkdir(join(context.root, "logs/default_gone_uid-gone/app"), { recursive: true });
    await mkdir(join(context.root, "pods/uid-gone"), { recursive: true });
    const later = new PodWorkers(context);
    t.after(() => later[Symbol.asyncDispose]());
    await later.endOrphans();
    while (later.list().length > 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(runtime.containers(), []);
    for (const directory of ["logs", "pods"]) assert.deepEqual(await readdir(join(context.root, directory)), []);
  });

  it("shows that an image cannot be pulled, and then that it waits", async (t) => {
    const pod = aPod({ containers: [aContainer({ image: "example.org/none:1" })] });
    const { api, events } = await run(t, pod, ({ runtime }) =>
      runtime.pullErrors.set("example.org/none:1", "not found"),
    );
    const failed = await api.until(waitsFor("ErrImagePull"));
    assert.equal(failed?.status?.phase, "Pending");
    await api.until(waitsFor("ImagePullBackOff"));
    assert.deepEqual(events, [
      'Pulling: Pulling image "example.org/none:1"',
      'Failed: Failed to pull image "example.org/none:1": not found',
      "Failed: Error: ErrImagePull",
      'BackOff: Back-off pulling image "example.org/none:1"',
      "Failed: Error: ImagePullBackOff",
    ]);
  });

  it("names the ConfigMap that a variable needs", async (t) => {
    const env = [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "a" } } }];
    const { api } = await run(t, aPod({ containers: [aContainer({ env })] }));
    const pod = await api.until(waitsFor("CreateContainerConfigError"));
    assert.equal(pod?.status?.containerStatuses?.[0]?.state?.waiting?.message, 'configmap "settings" not found');
  });

  it("restarts a container that fails its liveness probe", async (t) => {
    const livenessProbe = { exec: { command: ["check"] }, periodSeconds: 1, failureThreshold: 1 };
    const { api, runtime, events } = await run(t, aPod({ containers: [aContainer({ livenessProbe })] }), (node) => {
      node.runtime.onExec = () => (node.runtime.containers().length > 1 ? 0 : 1);
    });
    await api.until((seen) => restarts(seen) === 1 && isReady(seen));
    assert.ok(runtime.calls.includes("stop app 30"));
    assert.ok(events.includes("Unhealthy: Liveness probe failed: no"));
    assert.ok(events.includes("Killing: Container app failed liveness probe, will be restarted"));
  });

  it("ends a Pod that runs longer than it may", async (t) => {
    const { api } = await run(t, aPod({ activeDeadlineSeconds: 1 }));
    const pod = await api.until((seen) => seen?.status?.phase === "Failed");
    assert.equal(pod?.status?.reason, "DeadlineExceeded");
  });
});
