import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { openSqliteStore, type Store } from "@skiff/store";
import { createServerPresence } from "./server-presence.ts";

const log = { warn: (message: string) => assert.fail(message) };
const one = { address: "192.0.2.1", port: 6443 };
const two = { address: "192.0.2.2", port: 6443 };

async function openStore(t: TestContext): Promise<Store> {
  const store = await openSqliteStore({ path: ":memory:", log: { error: assert.fail } });
  t.after(async () => store[Symbol.asyncDispose]());
  return store;
}

describe("ServerPresence", () => {
  it("knows the servers that are there, and no more those that left", async (t) => {
    const store = await openStore(t);
    const [first, second] = [createServerPresence(store, one, log), createServerPresence(store, two, log)];
    assert.deepEqual(await first.announce(), [one]);
    assert.deepEqual(await second.announce(), [one, two]);
    assert.deepEqual(await first.announce(), [one, two]);
    await second.leave();
    assert.deepEqual(await first.announce(), [one]);
    assert.deepEqual(await second.announce(), [one], "a server that left does not come back by itself");
  });

  it("writes nothing while its lease lives, and again when it has ended", async (t) => {
    const store = await openStore(t);
    const presence = createServerPresence(store, one, log);
    await presence.announce();
    const revision = await store.revision();
    await presence.announce();
    assert.equal(await store.revision(), revision);
    await store.revoke((await store.get("/servers/192.0.2.1:6443"))?.lease ?? 0);
    assert.deepEqual(await presence.announce(), [one]);
  });
});
