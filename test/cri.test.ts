/** The CRI in both directions: our kubelet on Debian's containerd, and our engine for kubelets and crictl of others. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type CriConnection, connectCri } from "@skiff/engine/cri-grpc";
import { criSuite } from "@skiff/engine/testing";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { type Containerd, startContainerd } from "./support/containerd.ts";
import { eventually } from "./support/eventually.ts";
import { run } from "./support/run.ts";
import { tools } from "./support/tools.ts";

let containerd: Containerd;
let theirs: CriConnection;
let cluster: Cluster;
let ours: CriConnection;
const stack = new AsyncDisposableStack();

before(async () => {
  containerd = stack.use(await startContainerd());
  theirs = stack.use(connectCri(containerd.endpoint));
  mkdirSync(join(containerd.home, "logs"));
  cluster = stack.use(await startCluster("t-cri", ["--container-runtime-endpoint", containerd.endpoint]));
  ours = stack.use(connectCri("unix:///run/skiff-t-cri/cri.sock"));
});

after(() => stack.disposeAsync());

criSuite("of Debian's containerd, by our client", () => ({
  ...theirs,
  image: "docker.io/library/busybox:latest",
  logDirectory: join(containerd.home, "logs"),
  cgroupParent: "/skiff-t-cri/suite",
  lacks: {
    events: "containerd 1.6 has no GetContainerEvents",
    endOfInput: "containerd 1.6 speaks version 4 of the protocol, which cannot tell the end of the input",
  },
}));

describe("a kubelet on containerd", () => {
  it("runs a Pod with probe, logs, exec and port-forward for kubectl", async () => {
    await cluster.apply(POD);
    await cluster.ok("wait --for=condition=Ready pod/web --timeout=60s");
    assert.match(await cluster.ok("get nodes -o wide"), /containerd:\/\/1\.6/);
    assert.match(await cluster.ok("get pod web -o jsonpath={.status.podIP}"), /^10\.253\.0\.\d+$/);
    assert.match(
      await cluster.ok("get pod web -o jsonpath={.status.containerStatuses[0].containerID}"),
      /^containerd:\/\/[0-9a-f]{64}$/,
    );
    assert.equal(await cluster.ok("logs web"), "serving\n");
    const failed = await cluster.kubectl(["exec", "web", "--", "sh", "-c", "echo out; echo err >&2; exit 4"]);
    assert.equal(failed.code, 4, failed.stderr);
    assert.equal(failed.stdout, "out\n");
    assert.match(failed.stderr, /^err\n/);
    const forward = cluster.kubectlStart("port-forward pod/web :8080");
    try {
      const [, port] = await forward.until(/127\.0\.0\.1:(\d+)/);
      assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "hello\n");
    } finally {
      await forward.stop();
    }
  });

  it("restarts what ends, and takes the Pod away when it is deleted", async () => {
    await cluster.kubectl(["exec", "web", "--", "sh", "-c", "kill 1; kill -9 -1"]);
    await eventually(async () => {
      const count = await cluster.ok("get pod web -o jsonpath={.status.containerStatuses[0].restartCount}");
      assert.ok(Number(count) >= 1, count);
    });
    await cluster.ok("delete pod web --grace-period=1");
    await eventually(async () => {
      const { items } = await theirs.runtimeService.listPodSandbox({});
      assert.deepEqual(items, []);
    });
  });
});

describe("cri.sock", () => {
  it("serves the engine to others, with streams in SPDY as clients of today's kubelets speak them", async () => {
    assert.equal((await ours.runtimeService.version({})).runtimeName, "skiff");
    await cluster.skiff("pull busybox");
    const config = { metadata: { name: "guest", namespace: "other", uid: "uid-guest", attempt: 0 } };
    const { podSandboxId } = await ours.runtimeService.runPodSandbox({ config });
    const { containerId } = await ours.runtimeService.createContainer({
      podSandboxId,
      config: { metadata: { name: "main", attempt: 0 }, image: { image: "busybox" }, args: ["sleep", "1000"] },
      sandboxConfig: config,
    });
    await ours.runtimeService.startContainer({ containerId });
    const script = "cat; echo err >&2; exit 6";
    const { url } = await ours.runtimeService.exec({
      containerId,
      cmd: ["sh", "-c", script],
      stdin: true,
      stdout: true,
      stderr: true,
    });
    await using front = await frontFor(url);
    const input = "line\n".repeat(50_000);
    const done = await run(
      tools().kubectl,
      ["--server", front.address, "exec", "-i", "guest", "--", "sh", "-c", script],
      { input, env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false", KUBECONFIG: "/dev/null" } },
    );
    assert.equal(done.stdout.length, input.length, done.stderr);
    assert.equal(done.code, 6, done.stderr);
    assert.match(done.stderr, /^err\n/);
    await ours.runtimeService.removePodSandbox({ podSandboxId });
  });
});

/** Stands where API server and kubelet do for one exec: shows kubectl a Pod, and passes the connection on to `url` as it is. */
async function frontFor(url: string): Promise<AsyncDisposable & { readonly address: string }> {
  const pod = { kind: "Pod", apiVersion: "v1", metadata: { name: "guest", namespace: "default" } };
  const spec = { containers: [{ name: "main", image: "busybox" }] };
  const verbs = ["get", "create"];
  const resources = [
    { name: "pods", singularName: "pod", namespaced: true, kind: "Pod", verbs },
    { name: "pods/exec", singularName: "", namespaced: true, kind: "PodExecOptions", verbs },
  ];
  const answers: Readonly<Record<string, object>> = {
    "/api": { kind: "APIVersions", versions: ["v1"] },
    "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [] },
    "/api/v1": { kind: "APIResourceList", groupVersion: "v1", resources },
    "/api/v1/namespaces/default/pods/guest": { ...pod, spec, status: { phase: "Running" } },
  };
  const server = createServer(({ url: asked = "" }, response) => {
    const answer = answers[asked.split("?", 1)[0] ?? ""];
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? {}));
  });
  server.on("upgrade", (request, socket) => {
    const target = new URL(url);
    const upstream = connect(Number(target.port), target.hostname);
    const headers = request.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1]}`] : []));
    upstream.write(`${request.method} ${target.pathname} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    // Each side may leave while the other still speaks.
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
    socket.pipe(upstream).pipe(socket);
    // What kubectl still sends then has nowhere to go, but that it leaves has to be seen.
    upstream.once("close", () => socket.resume());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const POD = `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: busybox
      imagePullPolicy: IfNotPresent
      args: [sh, -c, 'echo serving; echo hello > /tmp/index.html; trap "exit 1" TERM; httpd -f -p 8080 -h /tmp & wait']
      readinessProbe: { httpGet: { port: 8080, path: / }, periodSeconds: 1 }
      livenessProbe: { exec: { command: [cat, /tmp/index.html] }, periodSeconds: 2 }
      resources: { limits: { memory: 64Mi }, requests: { cpu: 10m } }
`;
