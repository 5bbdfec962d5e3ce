import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DockerClient, DockerRequest } from "@skiff/docker/client";
import { limitedClient } from "./limited-client.ts";

/** A client whose requests are answered when the test says so. */
function heldClient() {
  const open: { readonly path: string; readonly answer: () => void; readonly fail: () => void }[] = [];
  const client = {
    json: (path: string) =>
      new Promise((resolve, reject) => {
        open.push({ path, answer: () => resolve(undefined), fail: () => reject(new Error("refused")) });
      }),
    async *messages(path: string) {
      yield { path };
    },
  } as unknown as DockerClient;
  return { client, open, paths: () => open.map(({ path }) => path) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));
const post: DockerRequest = { method: "POST" };

describe("limitedClient()", () => {
  it("sends the next change when one is over, whether it succeeded or not", async () => {
    const held = heldClient();
    const client = limitedClient(held.client, 2);
    const answers = ["/a", "/b", "/c", "/d"].map((path) => client.json(path, post).catch(() => undefined));
    await settled();
    assert.deepEqual(held.paths(), ["/a", "/b"]);
    held.open[0]?.fail();
    await settled();
    assert.deepEqual(held.paths(), ["/a", "/b", "/c"]);
    for (const at of [1, 2]) held.open[at]?.answer();
    await settled();
    held.open[3]?.answer();
    await Promise.all(answers);
  });

  it("lets what reads pass", async () => {
    const held = heldClient();
    const client = limitedClient(held.client, 1);
    void client.json("/change", post);
    void client.json("/look");
    await settled();
    assert.deepEqual(held.paths().toSorted(), ["/change", "/look"]);
    for (const { answer } of held.open) answer();
  });

  it("gives the place back when nobody listens to a pull any more", async () => {
    const client = limitedClient(heldClient().client, 1);
    for (let n = 0; n < 3; n++) for await (const message of client.messages("/images/create", post)) if (message) break;
  });
});
