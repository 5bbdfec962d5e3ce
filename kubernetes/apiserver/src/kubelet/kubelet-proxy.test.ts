import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { it, type TestContext } from "node:test";
import { connect } from "node:tls";
import { nodes, pods, serviceAccounts } from "@skiff/api/resources";
import { startTestApiServer } from "../testing/start-test-api-server.ts";

/** A server, and a node whose kubelet answers every upgrade by echoing (attach: by refusing), every request with its path. */
async function setUp(t: TestContext) {
  const server = await startTestApiServer(t);
  const serving = await server.authority.issue({ cn: "system:node:n", sans: ["127.0.0.1"], usages: ["server"] });
  const seen: { url: string; user: string | undefined; authorization: string | undefined }[] = [];
  const kubelet = createServer({ ...serving, ca: server.ca, requestCert: true });
  kubelet.on("request", (request, response) => response.end(`answer to ${request.url}`));
  kubelet.on("upgrade", (request, socket, head) => {
    const { CN } = (request.socket as import("node:tls").TLSSocket).getPeerCertificate().subject;
    seen.push({ url: request.url ?? "", user: String(CN), authorization: request.headers.authorization });
    if (request.url?.startsWith("/attach/"))
      return socket.end(
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nno such container",
      );
    socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    socket.write(head);
    socket.pipe(socket);
  });
  kubelet.listen(0, "127.0.0.1");
  await once(kubelet, "listening");
  t.after(() => kubelet.closeAllConnections());
  t.after(() => kubelet.close());

  const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
  const at = { namespace: "default" };
  const { port } = kubelet.address() as AddressInfo;
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  await admin.call({ verb: "create", resource: nodes, body: { metadata: { name: "n" } } });
  await admin.call({
    verb: "patch",
    resource: nodes,
    name: "n",
    subresource: "status",
    patchType: "merge",
    body: { status },
  });
  await admin.call({ verb: "create", resource: serviceAccounts, ...at, body: { metadata: { name: "default" } } });
  const spec = { nodeName: "n", containers: [{ name: "main", image: "busybox" }] };
  await admin.call({ verb: "create", resource: pods, ...at, body: { metadata: { name: "p" }, spec } });
  return { server, seen };
}

const PATH = "/api/v1/namespaces/default/pods/p";

async function send(server: Awaited<ReturnType<typeof setUp>>["server"], head: string) {
  const { port, ca, admin } = server;
  const socket = connect({
    port,
    host: "127.0.0.1",
    servername: "localhost",
    ca,
    ...admin,
    ALPNProtocols: ["http/1.1"],
  });
  await once(socket, "secureConnect");
  socket.write(head);
  return socket;
}

it("exec is handed to the kubelet of the Pod's node whole, with the server's own identity", {
  timeout: 20_000,
}, async (t) => {
  const { server, seen } = await setUp(t);
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: v5.channel.k8s.io\r\n";
  const path = `${PATH}/exec?command=ls&command=-l&stdin=true&stdout=true`;
  const socket = await send(
    server,
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic x\r\n${upgrade}\r\n`,
  );
  t.after(() => socket.destroy());
  let received = "";
  socket.on("data", (data) => {
    received += data;
    if (received.endsWith("\r\n\r\n")) socket.write("ping");
    if (received.endsWith("ping")) socket.emit("echoed");
  });
  await once(socket, "echoed");
  assert.match(received, /^HTTP\/1\.1 101 /);
  const [request] = seen;
  assert.equal(request?.url, "/exec/default/p/main?input=1&output=1&command=ls&command=-l");
  assert.deepEqual([request?.user, request?.authorization], ["kubernetes-admin", undefined]);
});

it("log is streamed from the kubelet, and an unknown container is refused before", { timeout: 20_000 }, async (t) => {
  const { server } = await setUp(t);
  const get = async (path: string) => {
    const socket = await send(server, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    return (await Array.fromAsync(socket as AsyncIterable<Buffer>)).join("");
  };
  assert.match(await get(`${PATH}/log?follow=true`), /answer to \/containerLogs\/default\/p\/main\?follow=true/);
  assert.match(await get(`${PATH}/log?container=no`), /container no is not valid for pod p/);
});

it("a kubelet that refuses to upgrade is heard in its own words", { timeout: 20_000 }, async (t) => {
  const { server } = await setUp(t);
  const head = `GET ${PATH}/attach?stdout=true HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  const socket = await send(server, head);
  const answer = (await Array.fromAsync(socket as AsyncIterable<Buffer>)).join("");
  assert.match(answer, /^HTTP\/1\.1 404 Not Found\r\ncontent-type: text\/plain\r\n/);
  assert.match(answer, /\r\n\r\nno such container$/);
});
