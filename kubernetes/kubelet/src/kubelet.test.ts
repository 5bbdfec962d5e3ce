import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { type Duplex, duplexPair, PassThrough } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { isNotFound } from "@skiff/api";
import { nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer, type TestApiServer } from "@skiff/apiserver/testing";
import { type Client, createClient } from "@skiff/client";
import type { Session } from "@skiff/engine/cri";
import { WebSocket } from "ws";
import { type Kubelet, startKubelet } from "./kubelet.ts";
import { aContainer, aNode, ScriptedRuntime } from "./testing/index.ts";

interface Cluster {
  readonly client: Client;
  readonly runtime: ScriptedRuntime;
  readonly kubelet: Kubelet;
  readonly server: TestApiServer;
  readonly root: string;
}

async function start(t: TestContext, exec?: (cmd: readonly string[]) => Session): Promise<Cluster> {
  const server = await startTestApiServer(t);
  const { context } = await aNode(t);
  const runtime = new ScriptedRuntime();
  const client = createClient(server.api.localTransport({ name: "admin", groups: ["system:masters"] }));
  const kubelet = await startKubelet({
    nodeName: "node-a",
    client: createClient(
      server.api.localTransport({ name: "system:node:node-a", groups: ["system:nodes", "system:masters"] }),
    ),
    runtime: {
      runtimeService: runtime.runtimeService,
      imageService: runtime.imageService,
      streaming: {
        exec: async ({ cmd = [] }) => exec?.(cmd) ?? Promise.reject(new Error("no exec")),
        attach: async () => Promise.reject(new Error("no attach")),
        portForward: async () => echo(),
      },
    },
    root: context.root,
    address: "127.0.0.1",
    port: 0,
    tls: { ...(await server.clientFor("system:node:node-a", ["system:nodes"])), clientCa: server.ca },
    clusterDns: "10.96.0.10",
    clusterDomain: "cluster.local",
    log: context.log,
  });
  t.after(() => kubelet[Symbol.asyncDispose]());
  return { client, runtime, kubelet, server, root: context.root };
}

/** A connection to something that answers what it is sent. */
function echo(): Duplex {
  const [near, far] = duplexPair();
  far.pipe(far);
  return near;
}

async function until<T>(read: () => Promise<T>, test: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (test(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function runPod({ client }: Cluster): Promise<void> {
  const account = { name: "default", namespace: "default" };
  await client.create(serviceAccounts, { apiVersion: "v1", kind: "ServiceAccount", metadata: account });
  const metadata = { name: "web", namespace: "default" };
  const spec = { nodeName: "node-a", containers: [aContainer()], automountServiceAccountToken: false };
  await client.create(pods, { apiVersion: "v1", kind: "Pod", metadata, spec });
  await until(
    () => client.get(pods, "default/web"),
    ({ status }) => status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
  );
}

describe("startKubelet()", { timeout: 30_000 }, () => {
  it("registers its node, runs a Pod and takes it away when it is deleted", async (t) => {
    const cluster = await start(t);
    const { client } = cluster;
    const node = await until(
      () => client.get(nodes, "node-a").catch(() => undefined),
      (found) => found?.status?.conditions?.some(({ type }) => type === "Ready") ?? false,
    );
    assert.equal(node?.metadata.labels?.["kubernetes.io/hostname"], "node-a");
    await runPod(cluster);
    await client.delete(pods, "default/web", { gracePeriodSeconds: 1 });
    await until(
      () =>
        client.get(pods, "default/web").then(
          () => false,
          (error: unknown) => isNotFound(error),
        ),
      (gone) => gone,
    );
    assert.ok(cluster.runtime.calls.includes("stop app 2"));
  });

  it("answers 401 to who shows no certificate and 403 to who shows another's", async (t) => {
    const { kubelet, server } = await start(t);
    const bob = await server.clientFor("bob");
    for (const [identity, want] of [
      [{}, 401],
      [bob, 403],
    ] as const) {
      const options = { host: "127.0.0.1", port: kubelet.port, path: "/pods", rejectUnauthorized: false, ...identity };
      const [response] = (await once(request(options).end(), "response")) as [{ statusCode: number; resume(): void }];
      response.resume();
      assert.equal(response.statusCode, want);
    }
  });

  it("streams a command's input, output and exit code", async (t) => {
    const cluster = await start(t, () => {
      const [stdin, stdout] = [new PassThrough(), new PassThrough()];
      stdin.pipe(stdout);
      const exit = once(stdin, "end").then(() => ({ code: 3 }));
      return { stdin, stdout, exit, resize: async () => {}, close: () => {} };
    });
    await runPod(cluster);
    const socket = open(cluster, "/exec/default/web/app?command=cat&input=1&output=1", "v5.channel.k8s.io");
    const messages = collect(socket);
    await once(socket, "open");
    socket.send(Buffer.from("\0hello"));
    socket.send(Buffer.from([255, 0]));
    await once(socket, "close");
    assert.deepEqual(messages[0], [1, "hello"]);
    const [number, status] = messages[1] ?? [];
    assert.equal(number, 3);
    const causes = [{ reason: "ExitCode", message: "3" }];
    assert.deepEqual(JSON.parse(status ?? "").details, { causes });
  });

  it("forwards ports over channels", async (t) => {
    const cluster = await start(t);
    await runPod(cluster);
    const socket = open(cluster, "/portForward/default/web?ports=80", "v4.channel.k8s.io");
    const messages = collect(socket);
    await once(socket, "open");
    socket.send(Buffer.from("\0ping"));
    await until(
      async () => messages.length,
      (length) => length === 3,
    );
    assert.deepEqual(messages, [
      [0, "P\0"],
      [1, "P\0"],
      [0, "ping"],
    ]);
    socket.close();
    await once(socket, "close");
  });

  it("says that there is no log of a Pod that is not here", async (t) => {
    const cluster = await start(t);
    const response = await fetchText(cluster, "/containerLogs/default/none/app");
    assert.deepEqual(response, { status: 404, body: "pod does not exist" });
  });
});

function open({ kubelet, server }: Cluster, path: string, protocol: string): WebSocket {
  const { cert, key } = server.admin;
  return new WebSocket(`wss://127.0.0.1:${kubelet.port}${path}`, protocol, { cert, key, rejectUnauthorized: false });
}

function collect(socket: WebSocket): [number, string][] {
  const messages: [number, string][] = [];
  socket.on("message", (data: Buffer) => messages.push([data[0] ?? -1, data.subarray(1).toString()]));
  return messages;
}

async function fetchText({ kubelet, server }: Cluster, path: string): Promise<{ status: number; body: string }> {
  const { cert, key } = server.admin;
  const options = { host: "127.0.0.1", port: kubelet.port, path, cert, key, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on("error", reject).end();
  });
}
