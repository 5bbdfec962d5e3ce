import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, it, type TestContext } from "node:test";
import { createBuilder } from "@skiff/builder";
import { busyboxImage, throwawayEngine } from "@skiff/engine/testing";
import { silentLogger } from "@skiff/linux";
import { createDockerApi } from "./api.ts";

async function setUp(t: TestContext) {
  const { engine } = await throwawayEngine(t as Parameters<typeof throwawayEngine>[0]);
  await busyboxImage(engine);
  const root = await mkdtemp(join(tmpdir(), "skiff-docker-"));
  const builder = await createBuilder({ engine, root: join(root, "builder"), log: silentLogger });
  const api = createDockerApi({ engine, builder, scratch: join(root, "contexts"), log: silentLogger });
  const socketPath = join(root, "docker.sock");
  const listening = await api.listen(socketPath);
  t.after(async () => {
    await listening[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });

  async function call(method: string, path: string, body?: object, headers = {}) {
    const sent = request({
      socketPath,
      method,
      path: `/v1.51${path}`,
      headers: { "content-type": "application/json", ...headers },
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(sent, "response");
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    return { status: response.statusCode as number, json: text === "" ? undefined : JSON.parse(text) };
  }

  async function hijack(path: string, body?: object): Promise<Duplex> {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      connection: "Upgrade",
      upgrade: "tcp",
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    const sent = request({ socketPath, method: "POST", path: `/v1.51${path}`, headers });
    sent.end(text);
    const [, socket, head] = await once(sent, "upgrade");
    if (head.byteLength > 0) socket.unshift(head);
    return socket;
  }

  return { call, hijack };
}

async function readAll(socket: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}

describe("Docker Engine API", () => {
  it("runs a container from create to its removal, with its output in frames", async (t) => {
    const { call, hijack } = await setUp(t);
    const script = "cat; echo err >&2; exit 3";
    const body = {
      Image: "busybox",
      Cmd: ["sh", "-c", script],
      OpenStdin: true,
      StdinOnce: true,
      HostConfig: { AutoRemove: true, NetworkMode: "none" },
    };
    const { json } = await call("POST", "/containers/create?name=one", body);
    const socket = await hijack(`/containers/${json.Id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
    const ended = call("POST", `/containers/${json.Id}/wait?condition=removed`);
    assert.equal((await call("POST", `/containers/${json.Id}/start`)).status, 204);
    socket.end("in\n");
    const output = await readAll(socket);
    assert.ok(output.includes("\x01\0\0\0\0\0\0\x03in\n"));
    assert.ok(output.includes("\x02\0\0\0\0\0\0\x04err\n"));
    assert.deepEqual((await ended).json, { StatusCode: 3 });
    assert.equal((await call("GET", "/containers/one/json")).status, 404);
  });

  it("executes a program and knows its exit code once its connection has ended", async (t) => {
    const { call, hijack } = await setUp(t);
    await call("POST", "/containers/create?name=box", {
      Image: "busybox",
      Cmd: ["sleep", "60"],
      HostConfig: { NetworkMode: "none" },
    });
    await call("POST", "/containers/box/start");
    const { json } = await call("POST", "/containers/box/exec", {
      Cmd: ["sh", "-c", "echo out; exit 4"],
      AttachStdout: true,
      AttachStderr: true,
    });
    assert.equal(await readAll(await hijack(`/exec/${json.Id}/start`, { Detach: false })), "\x01\0\0\0\0\0\0\x04out\n");
    assert.equal((await call("GET", `/exec/${json.Id}/json`)).json.ExitCode, 4);
    assert.equal((await call("DELETE", "/containers/box?force=1")).status, 204);
  });

  it("leaves a terminal by the keys, and what runs in it alone", async (t) => {
    const { call, hijack } = await setUp(t);
    const body = { Image: "busybox", Cmd: ["cat"], Tty: true, OpenStdin: true, StdinOnce: true };
    await call("POST", "/containers/create?name=box", { ...body, HostConfig: { NetworkMode: "none" } });
    await call("POST", "/containers/box/start");
    const attached = await hijack("/containers/box/attach?stream=1&stdin=1&stdout=1&detachKeys=x,y");
    attached.write("said\n");
    const [said] = await once(attached, "data");
    assert.match(String(said), /^said\r\n/);
    attached.write("xy");
    await readAll(attached);
    const exec = { Cmd: ["cat"], Tty: true, AttachStdin: true, AttachStdout: true };
    const { json } = await call("POST", "/containers/box/exec", exec);
    const executing = await hijack(`/exec/${json.Id}/start`, { Tty: true });
    executing.write("\x10\x11");
    await readAll(executing);
    assert.equal((await call("GET", `/exec/${json.Id}/json`)).json.Running, true);
    assert.equal((await call("GET", "/containers/box/json")).json.State.Status, "running");
    const again = await hijack("/containers/box/attach?stream=1&stdin=1&stdout=1");
    again.write("still there\n");
    let heard = "";
    while (!heard.includes("still there")) heard += String((await once(again, "data"))[0]);
    again.destroy();
    assert.equal((await call("DELETE", "/containers/box?force=1")).status, 204);
  });

  it("attaches to what has ended for its next start, after what it said before", async (t) => {
    const { call, hijack } = await setUp(t);
    const body = { Image: "busybox", Cmd: ["echo", "said"], HostConfig: { NetworkMode: "none" } };
    await call("POST", "/containers/create?name=box", body);
    await call("POST", "/containers/box/start");
    await call("POST", "/containers/box/wait");
    const line = "\x01\0\0\0\0\0\0\x05said\n";
    assert.equal(await readAll(await hijack("/containers/box/attach?logs=1&stdout=1")), line);
    const socket = await hijack("/containers/box/attach?logs=1&stream=1&stdout=1");
    assert.equal((await call("POST", "/containers/box/start")).status, 204);
    assert.equal(await readAll(socket), line.repeat(2));
    await call("POST", "/containers/box/wait");
    const inVain = await hijack("/containers/box/attach?stream=1&stdout=1");
    assert.equal((await call("DELETE", "/containers/box")).status, 204);
    assert.equal(await readAll(inVain), "");
  });

  const refused = [
    {
      when: "the image is unknown",
      method: "POST",
      path: "/containers/create",
      body: { Image: "nope" },
      status: 404,
      message: "No such image: nope:latest",
    },
    {
      when: "the container is unknown",
      method: "GET",
      path: "/containers/nope/json",
      status: 404,
      message: "No such container: nope",
    },
    {
      when: "a field has the wrong type",
      method: "POST",
      path: "/containers/create",
      body: { Image: 1 },
      status: 400,
      message: "invalid value for Image: a string expected",
    },
    {
      when: "a volume is asked for",
      method: "POST",
      path: "/containers/create",
      body: { Image: "busybox", HostConfig: { Binds: ["v:/v"] } },
      status: 400,
      message: "create v: volume name is too short, names should be at least two alphanumeric characters",
    },
    { when: "the path is unknown", method: "GET", path: "/nowhere", status: 404, message: "page not found" },
  ];
  it("answers with Docker's status and message", async (t) => {
    const { call } = await setUp(t);
    for (const { when, method, path, body, status, message } of refused) {
      const answer = await call(method, path, body);
      assert.deepEqual([answer.status, answer.json.message], [status, message], when);
    }
  });

  it("lists and describes images by the names people know", async (t) => {
    const { call } = await setUp(t);
    const { json } = await call("GET", "/images/json");
    assert.deepEqual(json[0].RepoTags, ["busybox:latest"]);
    assert.equal((await call("GET", "/images/busybox/json")).json.Id, json[0].Id);
    assert.equal((await call("POST", "/images/busybox/tag?repo=other&tag=2")).status, 201);
    assert.deepEqual((await call("DELETE", "/images/other:2")).json, [{ Untagged: "other:2" }]);
  });
});

describe("POST /build with the name of a context", () => {
  const named = (context: object | string) => ({
    "x-skiff-context": Buffer.from(JSON.stringify(context)).toString("base64url"),
  });
  const refused = [
    { when: "there is another directory", context: { path: "/", device: "1", inode: "0" }, status: 412 },
    { when: "nothing is there", context: { path: "/nowhere", device: "1", inode: "1" }, status: 412 },
    { when: "the path is relative", context: { path: "x", device: "1", inode: "1" }, status: 400 },
    { when: "the header is malformed", context: "x", status: 400 },
  ];
  it("answers before it builds where it does not see that directory", async (t) => {
    const { call } = await setUp(t);
    for (const { when, context, status } of refused) {
      const answer = await call("POST", "/build", undefined, named(context));
      assert.equal(answer.status, status, when);
    }
  });
});
