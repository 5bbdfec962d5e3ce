import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tokenWebhook } from "./token-webhook.ts";

async function webhook(t: TestContext, answer: (token: string) => object) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => {
      text += piece;
    });
    request.on("end", () => {
      const { token } = (JSON.parse(text) as { spec: { token: string } }).spec;
      asked.push(token);
      response.end(
        JSON.stringify({ kind: "TokenReview", apiVersion: "authentication.k8s.io/v1", status: answer(token) }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const directory = await mkdtemp(join(tmpdir(), "skiff-webhook-"));
  t.after(async () => {
    server.close();
    await rm(directory, { recursive: true, force: true });
  });
  const kubeconfig = join(directory, "webhook.yaml");
  await writeFile(
    kubeconfig,
    JSON.stringify({
      "current-context": "w",
      contexts: [{ name: "w", context: { cluster: "w" } }],
      clusters: [{ name: "w", cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
    }),
  );
  const clock = { time: 0, now: () => clock.time };
  return { authenticator: tokenWebhook({ kubeconfig, cacheTtlMs: 1000 }, clock), asked, clock };
}

describe("a token webhook", () => {
  it("is asked once for as long as its answer holds, by however many at once", async (t) => {
    const user = { username: "ada", groups: ["dev"] };
    const { authenticator, asked, clock } = await webhook(t, (token) => ({ authenticated: token === "good", user }));
    const ask = (token: string) => authenticator.authenticate(token, ["api"]);
    const found = await Promise.all([ask("good"), ask("good"), ask("bad")]);
    assert.deepEqual(found[0], { user: { name: "ada", groups: ["dev"] }, audiences: ["api"] });
    assert.equal(found[2], undefined);
    await ask("good");
    await ask("bad");
    assert.deepEqual(asked.toSorted(), ["bad", "good"]);
    clock.time = 1000;
    await ask("good");
    assert.equal(asked.length, 3);
  });

  it("vouches for the audiences it names and no others", async (t) => {
    const { authenticator } = await webhook(t, () => ({
      authenticated: true,
      user: { username: "ada" },
      audiences: ["vault"],
    }));
    assert.deepEqual((await authenticator.authenticate("t", ["api", "vault"]))?.audiences, ["vault"]);
    assert.equal(await authenticator.authenticate("t", ["api"]), undefined);
  });
});
