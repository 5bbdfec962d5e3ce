import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { connect, olderOf } from "./connect.ts";

describe("connect()", () => {
  it("speaks the version that an older engine announces, and abandons requests when it is told to", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "skiff-connect-"));
    const socket = join(directory, "docker.sock");
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.setHeader("api-version", "1.41");
      if (request.url !== "/v1.41/events") response.end("OK");
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
      rmSync(directory, { recursive: true });
    });
    const ending = new AbortController();
    const { client, apiVersion } = await connect({ DOCKER_HOST: `unix://${socket}` }, ending.signal);
    assert.equal(apiVersion, "1.41");
    await client.open("/info").then((response) => response.resume());
    const events = client.open("/events");
    ending.abort();
    await assert.rejects(events, { name: "AbortError" });
    assert.deepEqual(asked.slice(0, 2), ["/_ping", "/v1.41/info"]);
  });

  it("refuses what is no unix socket", async () => {
    await assert.rejects(
      connect({ DOCKER_HOST: "tcp://127.0.0.1:2375" }, new AbortController().signal),
      /cannot use DOCKER_HOST=tcp:\/\/127.0.0.1:2375: only unix sockets can be reached/,
    );
  });

  it("says where nobody answers", async () => {
    await assert.rejects(
      connect({ DOCKER_HOST: "unix:///nowhere/docker.sock" }, new AbortController().signal),
      /cannot reach the engine on \/nowhere\/docker.sock/,
    );
  });
});

describe("olderOf()", () => {
  for (const [a, b, want] of [
    ["1.51", "1.41", "1.41"],
    ["1.51", "1.53", "1.51"],
    ["1.9", "1.10", "1.9"],
    ["1.51", undefined, "1.51"],
    ["1.51", "unknown", "1.51"],
  ] as const) {
    it(`gives ${want} of ${a} and ${b}`, () => assert.equal(olderOf(a, b), want));
  }
});
