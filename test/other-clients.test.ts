/** Other clients: a program built on client-go, a kubectl that knows no WebSocket, and the official Python client with its leader election. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster, words } from "./support/cluster.ts";
import { deploymentOf, podOf } from "./support/manifests.ts";
import { type Finished, type Running, run, start } from "./support/run.ts";
import { clientGoProgram, debianTool, pythonClient } from "./support/tools.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-other-clients");
  const pull = await cluster.skiff("pull busybox:1");
  assert.equal(pull.code, 0, pull.stderr);
  await cluster.apply(podOf({ name: "box", command: "exec sleep 600" }));
  await cluster.ok("wait --for=condition=Ready pod/box --timeout=60s");
});

after(() => cluster[Symbol.asyncDispose]());

describe("a program built on client-go", () => {
  let program: Running;
  let sent = 0;

  before(async () => {
    program = start(clientGoProgram(), ["--kubeconfig", cluster.kubeconfig], { env: cluster.env });
    await ask("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    });
    tell({ method: "notifications/initialized" });
  });

  after(() => program.stop());

  const tell = (message: object) => program.child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  /** It takes JSON-RPC on its standard input, a line for each message. */
  async function ask(method: string, params: object): Promise<{ content: { text: string }[]; isError?: boolean }> {
    const id = ++sent;
    tell({ id, method, params });
    const [, line = ""] = await program.until(new RegExp(`^(\\{"jsonrpc":"2.0","id":${id},.*)$`, "m"));
    const { result, error } = JSON.parse(line);
    assert.equal(error, undefined);
    return result;
  }

  async function tool(name: string, args: object): Promise<string> {
    const { content, isError } = await ask("tools/call", { name, arguments: args });
    const [{ text } = { text: "" }] = content;
    return isError ? `error: ${text}` : text;
  }

  const ofGo = { apiVersion: "apps/v1", kind: "Deployment", namespace: "default", name: "go" };

  it("discovers, applies, lists, scales and deletes with its dynamic client", async () => {
    const resource = deploymentOf({ name: "go", replicas: 1, command: "echo from the pod; exec sleep 600" });
    assert.match(await tool("resources_create_or_update", { resource }), /managedFields|kind: Deployment/);
    await cluster.ok("rollout status deployment/go --timeout=60s");
    const { metadata } = JSON.parse(await cluster.ok("get deployment go -o json --show-managed-fields"));
    assert.ok(metadata.managedFields.some((record: { operation: string }) => record.operation === "Apply"));
    const listed = await tool("pods_list_in_namespace", { namespace: "default", labelSelector: "app=go" });
    assert.match(listed, /go-\w+-\w+ .*1\/1 +Running/);
    assert.match(await tool("resources_scale", { ...ofGo, scale: 2 }), /replicas: 2/);
    assert.equal(await cluster.ok("get deployment go -o jsonpath={.spec.replicas}"), "2");
  });

  it("reads logs and events, and runs programs in Pods", async () => {
    const [pod = ""] = (await cluster.ok("get pods -l app=go -o name")).replaceAll("pod/", "").split("\n");
    const ofPod = { namespace: "default", name: pod };
    await cluster.ok(`wait --for=condition=Ready pod/${pod} --timeout=60s`);
    assert.equal(await tool("pods_log", ofPod), "from the pod\n");
    assert.equal(await tool("pods_exec", { ...ofPod, command: ["hostname"] }), `${pod}\n`);
    assert.match(await tool("events_list", { namespace: "default" }), /ScalingReplicaSet/);
  });

  it("is told what is not there", async () => {
    assert.match(await tool("resources_delete", ofGo), /deleted/i);
    assert.match(await tool("resources_get", ofGo), /^error: .*deployments.apps "go" not found/);
  });
});

describe("a kubectl sixteen versions older", () => {
  let old: string;

  before(() => {
    old = debianTool("kubectl", ["kubernetes-client"]).path;
  });

  const kubectl = (line: string, input?: string) =>
    run(old, words(line), { env: cluster.env, ...(input !== undefined && { input }) });

  it("runs programs in Pods, with their input and exit code, over SPDY", async () => {
    const echoed = await kubectl("exec -i box -- tr a-z A-Z", "from the old\n");
    assert.deepEqual([echoed.code, echoed.stdout], [0, "FROM THE OLD\n"], echoed.stderr);
    const failed = await kubectl('exec box -- sh -c "echo wrong >&2; exit 3"');
    assert.deepEqual([failed.code, failed.stdout], [3, ""]);
    assert.equal(failed.stderr, "wrong\ncommand terminated with exit code 3\n");
  });

  it("forwards ports over SPDY", async () => {
    await cluster.ok('exec box -- sh -c "mkdir /www; echo hello > /www/index.html; httpd -p 8080 -h /www"');
    const forward = start(old, ["port-forward", "pod/box", ":8080"], { env: cluster.env });
    try {
      const [, port] = await forward.until(/127\.0\.0\.1:(\d+) ->/);
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello\n");
    } finally {
      await forward.stop();
    }
  });

  it("applies, gets, describes and deletes", async () => {
    const applied = await kubectl("apply -f -", podOf({ name: "aged", command: "sleep 600" }));
    assert.deepEqual([applied.code, applied.stdout], [0, "pod/aged created\n"], applied.stderr);
    assert.match((await kubectl("get pods")).stdout, /^aged +\d\/1 /m);
    assert.match((await kubectl("describe pod aged")).stdout, /^Name: +aged$/m);
    const deleted = await kubectl("delete pod aged --grace-period=0 --force");
    assert.equal(deleted.stdout, 'pod "aged" force deleted\n', deleted.stderr);
  });
});

describe("the Python client", () => {
  const python = (script: string): Promise<Finished> => {
    const { env } = pythonClient();
    const head = "from kubernetes import client, config, watch, stream\nconfig.load_kube_config()\n";
    return run("python3", ["-c", head + script], { env: { ...cluster.env, ...env } });
  };

  it("creates, watches, patches, lists and deletes", async () => {
    const done = await python(`
core = client.CoreV1Api()
core.create_namespaced_config_map("default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="python"), data={"a": "1"}))
core.patch_namespaced_config_map("python", "default", {"data": {"b": "2"}})
print(sorted(core.read_namespaced_config_map("python", "default").data.items()))
for event in watch.Watch().stream(core.list_namespaced_config_map, "default", field_selector="metadata.name=python", timeout_seconds=30):
    print(event["type"], event["object"].metadata.name)
    if event["type"] == "DELETED": break
    core.delete_namespaced_config_map("python", "default")
try: core.read_namespaced_config_map("python", "default")
except client.exceptions.ApiException as error: print(error.status, error.reason)
`);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(done.stdout, "[('a', '1'), ('b', '2')]\nADDED python\nDELETED python\n404 Not Found\n");
  });

  it("runs a program in a Pod over WebSocket", async () => {
    const done = await python(`
print(stream.stream(client.CoreV1Api().connect_get_namespaced_pod_exec, "box", "default", command=["hostname"], stdout=True, stderr=True, stdin=False, tty=False))
`);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(done.stdout, "box\n\n");
  });

  it("elects one leader of two, and the other when the first is gone", async () => {
    const done = await python(`
import os, sys, threading
from kubernetes.leaderelection import leaderelection, electionconfig
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock
def candidate(name, led):
    lock = ConfigMapLock("election", "default", name)
    leaderelection.LeaderElection(electionconfig.Config(lock, lease_duration=3, renew_deadline=2, retry_period=1,
        onstarted_leading=led, onstopped_leading=lambda: None)).run()
second = threading.Event()
if len(sys.argv) == 1 and os.fork() == 0:
    candidate("first", lambda: (print("first leads", flush=True), os._exit(0)))
os.wait()
def leads():
    print("second leads", flush=True)
    os._exit(0)
candidate("second", leads)
`);
    assert.equal(done.code, 0, done.stderr);
    assert.equal(done.stdout, "first leads\nsecond leads\n");
  });
});
