import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DockerClient } from "@skiff/docker/client";
import { rehearsalClient } from "./rehearsal-client.ts";

describe("rehearsalClient()", () => {
  const sent: string[] = [];
  const real = {
    async json(path: string, { method = "GET" } = {}) {
      sent.push(`${method} ${path}`);
      return [];
    },
  } as unknown as DockerClient;
  const client = rehearsalClient(real);

  it("reads what is there", async () => {
    assert.deepEqual(await client.json("/containers/json"), []);
    assert.deepEqual(sent.splice(0), ["GET /containers/json"]);
  });

  it("sends no change, and makes up ids of what would have been made", async () => {
    const first = await client.json<{ Id: string }>("/containers/create", { method: "POST" });
    const second = await client.json<{ Id: string }>("/containers/create", { method: "POST" });
    assert.notEqual(first.Id, second.Id);
    assert.equal(await client.json(`/containers/${first.Id}/start`, { method: "POST" }), undefined);
    assert.equal(await client.json("/containers/old", { method: "DELETE" }), undefined);
    assert.deepEqual(await Array.fromAsync(client.messages("/build", { method: "POST" })), []);
    assert.deepEqual(sent, []);
  });

  it("refuses what cannot be rehearsed", async () => {
    await assert.rejects(client.hijack("/containers/a/attach"), /cannot be rehearsed: leave out --dry-run/);
  });
});
