import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BadRequestError, StoreUnavailableError } from "../errors.ts";
import { startEtcd } from "../testing/start-etcd.ts";
import { openEtcdStore } from "./etcd-store.ts";

const log = { warn: () => {} };
const patienceMs = 2000;

describe("openEtcdStore() with user and password", () => {
  it("keeps to its prefix, and is let in again after its token was forgotten", async (t) => {
    const etcd = await startEtcd(t);
    const user = { name: "skiff", password: "let me in" };
    await etcd.requireUser(user.name, user.password, "/skiff");
    await using store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: "/skiff", user, log });
    const put = { put: { key: "/a", value: Buffer.from("1") } };
    const { revision } = await store.txn([{ key: "/a", modRevision: 0 }], [put]);

    await etcd.kill(0);
    await etcd.restart(0);
    assert.equal((await store.get("/a"))?.modRevision, revision);

    const elsewhere = { endpoints: etcd.endpoints, user, log, patienceMs, prefix: "/other" };
    await assert.rejects(openEtcdStore(elsewhere), (error: Error) => {
      assert.ok(error instanceof BadRequestError);
      assert.equal(error.message, "etcd refuses the request: etcdserver: permission denied");
      return true;
    });
    const wrong = { ...elsewhere, prefix: "/skiff", user: { name: "skiff", password: "wrong" } };
    await assert.rejects(openEtcdStore(wrong), {
      message: "etcd refuses the request: etcdserver: authentication failed, invalid user ID or password",
    });
    const nobody = { endpoints: etcd.endpoints, prefix: "/skiff", log, patienceMs };
    await assert.rejects(openEtcdStore(nobody), {
      message: "etcd refuses the request: etcdserver: user name is empty",
    });
  });
});

describe("openEtcdStore() where no member answers", () => {
  it("says so once its patience is at an end", async () => {
    const nowhere = { endpoints: ["127.0.0.1:1", "127.0.0.1:2"], prefix: "/skiff", log, patienceMs: 200 };
    await assert.rejects(openEtcdStore(nowhere), (error: Error) => {
      assert.ok(error instanceof StoreUnavailableError);
      assert.match(error.message, /^Cannot reach the store: etcd does not answer: .*ECONNREFUSED 127\.0\.0\.1/);
      return true;
    });
  });
});

describe("a store in etcd", () => {
  it("waits for a member that is being restarted", async (t) => {
    const etcd = await startEtcd(t);
    await using store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: "/skiff", log });
    await etcd.kill(0);
    const writing = store.txn([], [{ put: { key: "/a", value: Buffer.from("1") } }]);
    await etcd.restart(0);
    assert.ok((await writing).ok);
    assert.equal((await store.get("/a"))?.version, 1);
  });
});

describe("a store in etcd, of a value that etcd does not take", () => {
  it("says that it is too large, and writes nothing", async (t) => {
    const etcd = await startEtcd(t);
    await using store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: "/skiff", log });
    for (const bytes of [1.6e6, 2 << 20]) {
      await assert.rejects(store.txn([], [{ put: { key: "/a", value: Buffer.alloc(bytes) } }]), {
        name: "TooLargeError",
        message:
          "Cannot write to the store: etcd takes less in one request (its --max-request-bytes, 1.5 MiB unless changed)",
      });
    }
    assert.equal(await store.get("/a"), undefined);
  });
});
