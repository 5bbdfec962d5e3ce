/** The official JavaScript client lists, watches, patches, executes, forwards ports and follows logs. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { PassThrough, type Readable } from "node:stream";
import { after, before, describe, it } from "node:test";
import {
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  V1MicroTime,
  type V1Pod,
  type V1Status,
  Watch,
} from "@kubernetes/client-node";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { deploymentOf, podOf } from "./support/manifests.ts";

let cluster: Cluster;
let config: KubeConfig;
let core: CoreV1Api;

before(async () => {
  cluster = await startCluster("t-client-node");
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
  await cluster.apply(podOf({ name: "box", command: "echo first; echo second; exec httpd -f -p 8080 -h /etc" }));
  await cluster.apply(deploymentOf({ name: "idle", replicas: 0, command: "true" }));
  await cluster.ok("wait --for=condition=Ready pod/box --timeout=60s");
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  core = config.makeApiClient(CoreV1Api);
});

after(() => cluster[Symbol.asyncDispose]());

async function readAll(stream: PassThrough): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

describe("@kubernetes/client-node", () => {
  it("lists", async () => {
    const { items } = await core.listNamespacedPod({ namespace: "default" });
    assert.deepEqual(
      items.map((pod) => pod.metadata?.name),
      ["box"],
    );
  });

  it("watches", async () => {
    const events: string[] = [];
    const seen = Promise.withResolvers<void>();
    const request = await new Watch(config).watch(
      "/api/v1/namespaces/default/configmaps",
      {},
      (type, object) => {
        events.push(`${type} ${object.metadata.name}`);
        if (type === "DELETED") seen.resolve();
      },
      (error) => seen.reject(error ?? new Error("the watch ended")),
    );
    await core.createNamespacedConfigMap({
      namespace: "default",
      body: { metadata: { name: "watched" }, data: { a: "b" } },
    });
    await core.deleteNamespacedConfigMap({ namespace: "default", name: "watched" });
    await seen.promise;
    request.abort();
    assert.deepEqual(
      events.filter((event) => event.endsWith(" watched")),
      ["ADDED watched", "DELETED watched"],
    );
  });

  it("keeps a cache with an informer", async () => {
    const informer = makeInformer<V1Pod>(config, "/api/v1/namespaces/default/pods", () =>
      core.listNamespacedPod({ namespace: "default" }),
    );
    const added = new Promise<V1Pod>((resolve) => informer.on("add", resolve));
    await informer.start();
    assert.equal((await added).metadata?.name, "box");
    await informer.stop();
  });

  it("patches", async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const patched = await apps.patchNamespacedDeployment(
      { namespace: "default", name: "idle", body: { metadata: { labels: { patched: "yes" } } } },
      setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch),
    );
    assert.equal(patched.metadata?.labels?.patched, "yes");
    const jsonPatched = await apps.patchNamespacedDeployment({
      namespace: "default",
      name: "idle",
      body: [{ op: "replace", path: "/metadata/labels/patched", value: "again" }],
    });
    assert.equal(jsonPatched.metadata?.labels?.patched, "again");
  });

  it("lets one of several candidates hold a Lease, and the next take it over", async () => {
    const leases = config.makeApiClient(CoordinationV1Api);
    const namespace = "default";
    const take = async (holderIdentity: string) => {
      const lease = await leases.readNamespacedLease({ name: "lead", namespace });
      const spec = { ...lease.spec, holderIdentity, renewTime: new V1MicroTime(), leaseTransitions: 1 };
      return () => leases.replaceNamespacedLease({ name: "lead", namespace, body: { ...lease, spec } });
    };
    const spec = { holderIdentity: "none", leaseDurationSeconds: 15, acquireTime: new V1MicroTime() };
    await leases.createNamespacedLease({ namespace, body: { metadata: { name: "lead" }, spec } });
    // All have read the same state: the server takes the first write and refuses the others.
    const candidates = await Promise.all(["a", "b", "c"].map(take));
    const results = await Promise.allSettled(candidates.map((write) => write()));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []));
    assert.deepEqual(refused, [409, 409]);
    const taken = await (await take("d"))();
    assert.equal(taken.spec?.holderIdentity, "d");
  });

  it("executes a command", async () => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const status = Promise.withResolvers<V1Status>();
    await new Exec(config).exec(
      "default",
      "box",
      "box",
      ["sh", "-c", "echo out; echo err >&2; exit 4"],
      stdout,
      stderr,
      null,
      false,
      (s) => status.resolve(s),
    );
    const result = await status.promise;
    stdout.end();
    stderr.end();
    assert.equal(await readAll(stdout), "out\n");
    assert.equal(await readAll(stderr), "err\n");
    assert.equal(result.status, "Failure");
    assert.equal(result.details?.causes?.[0]?.message, "4");
  });

  it("follows logs", async () => {
    const stream = new PassThrough();
    // The client gives no other hold on the response, for which an abort is an error.
    stream.once("pipe", (response: Readable) =>
      response.on("error", (error) => assert.equal(error.name, "AbortError")),
    );
    const controller = await new Log(config).log("default", "box", "box", stream, { follow: true });
    let text = "";
    for await (const chunk of stream) {
      text += String(chunk);
      if (text.includes("second\n")) break;
    }
    controller.abort();
    assert.equal(text, "first\nsecond\n");
  });

  it("forwards a port", async () => {
    const forward = new PortForward(config);
    const server = createServer((socket) => {
      forward.portForward("default", "box", [8080], socket, null, socket).catch((error) => socket.destroy(error));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert.ok(address && typeof address === "object");
    const response = await fetch(`http://127.0.0.1:${address.port}/hostname`, { headers: { connection: "close" } });
    assert.equal(await response.text(), "box\n");
    server.close();
  });
});
