import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { configMaps } from "@skiff/api/resources";
import { createClient } from "../client.ts";
import { MemoryTransport } from "../testing/memory-transport.ts";
import { serveTransport } from "../testing/serve-transport.ts";
import { httpTransport } from "./http-transport.ts";

type Intercept = Parameters<typeof serveTransport>[1];

async function startPair(t: TestContext, intercept?: Intercept, token?: () => string) {
  const memory = new MemoryTransport();
  const server = await serveTransport(memory, intercept);
  const transport = httpTransport({ server: server.url, token });
  t.after(async () => {
    await transport[Symbol.asyncDispose]();
    await server.close();
  });
  return { memory, server, client: createClient(transport) };
}

const object = { metadata: { name: "a", namespace: "default" } };

describe("httpTransport()", () => {
  it("connects again after the connection was lost", async (t) => {
    const { client, server } = await startPair(t);
    await client.create(configMaps, object);
    server.dropConnections();
    assert.equal((await client.get(configMaps, "default/a")).metadata.name, "a");
  });

  it("sends again what the server asked to have later", async (t) => {
    let refusals = 2;
    const { client } = await startPair(t, (_request, response) => {
      if (refusals-- <= 0) return false;
      response.writeHead(429, { "retry-after": "0" });
      response.end("busy");
      return true;
    });
    assert.equal((await client.create(configMaps, object)).metadata.name, "a");
    assert.equal(refusals, -1);
  });

  it("does not send a write again whose answer was lost", async (t) => {
    let requests = 0;
    const { client } = await startPair(t, (request) => {
      requests++;
      request.stream.session?.destroy();
      return true;
    });
    await assert.rejects(client.create(configMaps, object), { name: "ConnectionError" });
    assert.equal(requests, 1);
  });

  it("reports an answer that is no Status with its text and code", async (t) => {
    const { client } = await startPair(t, (_request, response) => {
      response.writeHead(502);
      response.end("bad gateway");
      return true;
    });
    await assert.rejects(client.get(configMaps, "default/a"), {
      name: "StatusError",
      code: 502,
      message: "bad gateway",
    });
  });

  it("asks for the token before every request", async (t) => {
    const seen: (string | undefined)[] = [];
    const tokens = ["one", "two"];
    const { client } = await startPair(
      t,
      (request) => {
        seen.push(request.headers.authorization);
        return false;
      },
      () => tokens.shift() ?? "",
    );
    await client.create(configMaps, object);
    await client.get(configMaps, "default/a");
    assert.deepEqual(seen, ["Bearer one", "Bearer two"]);
  });

  it("names the server it cannot reach", async () => {
    await using transport = httpTransport({ server: "http://127.0.0.1:1" });
    await assert.rejects(createClient(transport).create(configMaps, object), /Cannot reach http:\/\/127\.0\.0\.1:1/);
  });

  it("stops reading a watch nobody reads", async (t) => {
    let written = 0;
    const { client } = await startPair(t, (_request, response) => {
      const line = `${JSON.stringify({ type: "ADDED", object: { metadata: { name: "x".repeat(100_000) } } })}\n`;
      const push = () => {
        while (!response.stream.destroyed && response.write(line)) written++;
        written++;
        response.once("drain", push);
      };
      push();
      return true;
    });
    const stop = new AbortController();
    for await (const _ of client.watch(configMaps, {}, stop.signal)) {
      for (let before = -1; before !== written; ) {
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      stop.abort();
    }
    assert.ok(written < 1000, `${written} events were sent ahead`);
  });
});
