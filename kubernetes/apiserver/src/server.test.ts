import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { isAlreadyExists, isConflict, isForbidden, isGone, isNotFound, type Transport } from "@skiff/api";
import { configMaps, namespaces, nodes, pods, serviceAccounts, services } from "@skiff/api/resources";
import { startTestApiServer } from "./testing/start-test-api-server.ts";

type Obj = {
  metadata: {
    name: string;
    resourceVersion: string;
    uid: string;
    generation?: number;
    deletionTimestamp?: string;
    deletionGracePeriodSeconds?: number;
    finalizers?: string[];
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: Record<string, unknown> & { clusterIP?: string; nodeName?: string; ports?: { nodePort?: number }[] };
  items: Obj[];
  data: Record<string, string>;
};
type List = { metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }; items: Obj[] };

const namespace = "default";
const cm = (name: string, data: Record<string, string> = {}, metadata: object = {}) => ({
  metadata: { name, ...metadata },
  data,
});
const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: "main", image: "busybox" }] } });

async function setUp(t: TestContext) {
  const server = await startTestApiServer(t);
  const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = async <T = Obj>(request: Parameters<Transport["call"]>[0]): Promise<T> =>
    (await admin.call({ namespace, ...request })) as T;
  await call({ verb: "create", resource: serviceAccounts, body: { metadata: { name: "default" } } });
  return { server, admin, call };
}

describe("objects", () => {
  it("are created, read, replaced only from the newest version, and deleted", async (t) => {
    const { call } = await setUp(t);
    const created = await call({ verb: "create", resource: configMaps, body: cm("a", { k: "1" }) });
    assert.ok(created.metadata.uid);
    await assert.rejects(call({ verb: "create", resource: configMaps, body: cm("a") }), isAlreadyExists);
    const next = cm("a", { k: "2" }, { resourceVersion: created.metadata.resourceVersion });
    const updated = await call({ verb: "update", resource: configMaps, name: "a", body: next });
    assert.deepEqual([updated.data.k, updated.metadata.uid], ["2", created.metadata.uid]);
    await assert.rejects(call({ verb: "update", resource: configMaps, name: "a", body: next }), isConflict);
    await call({ verb: "delete", resource: configMaps, name: "a" });
    await assert.rejects(call({ verb: "get", resource: configMaps, name: "a" }), isNotFound);
  });

  it("keep their version when an update changes nothing", async (t) => {
    const { call } = await setUp(t);
    const created = await call({ verb: "create", resource: configMaps, body: cm("a", { k: "1" }) });
    const again = await call({
      verb: "patch",
      resource: configMaps,
      name: "a",
      patchType: "merge",
      body: { data: { k: "1" } },
    });
    assert.equal(again.metadata.resourceVersion, created.metadata.resourceVersion);
  });

  it("lose no increment when many patches race", async (t) => {
    const { call } = await setUp(t);
    await call({ verb: "create", resource: configMaps, body: cm("a") });
    const patches = Array.from({ length: 40 }, (_, i) => ({ data: { [`k${i}`]: "x" } }));
    await Promise.all(
      patches.map((body) => call({ verb: "patch", resource: configMaps, name: "a", patchType: "merge", body })),
    );
    const { data } = await call({ verb: "get", resource: configMaps, name: "a" });
    assert.equal(Object.keys(data).length, 40);
  });

  it("wait for their finalizers when deleted, and go with the last", async (t) => {
    const { call } = await setUp(t);
    await call({ verb: "create", resource: configMaps, body: cm("a", {}, { finalizers: ["example.org/f"] }) });
    const marked = await call({ verb: "delete", resource: configMaps, name: "a" });
    assert.ok(marked.metadata.deletionTimestamp);
    await call({
      verb: "patch",
      resource: configMaps,
      name: "a",
      patchType: "merge",
      body: { metadata: { finalizers: null } },
    });
    await assert.rejects(call({ verb: "get", resource: configMaps, name: "a" }), isNotFound);
  });

  it("are not written by a dry run", async (t) => {
    const { call } = await setUp(t);
    const query = { dryRun: "All" };
    const shown = await call({ verb: "create", resource: configMaps, body: cm("a"), query });
    assert.ok(shown.metadata.uid);
    await assert.rejects(call({ verb: "get", resource: configMaps, name: "a" }), isNotFound);
  });

  it("are refused in a namespace that is missing or being deleted", async (t) => {
    const { call } = await setUp(t);
    await assert.rejects(call({ verb: "create", resource: configMaps, namespace: "no", body: cm("a") }), isNotFound);
    await call({ verb: "create", resource: namespaces, body: { metadata: { name: "t" } } });
    await call({ verb: "delete", resource: namespaces, name: "t" });
    await assert.rejects(call({ verb: "create", resource: configMaps, namespace: "t", body: cm("a") }), isForbidden);
  });
});

describe("Pods", () => {
  it("are bound once, then deleted gracefully, at once with a grace period of 0", async (t) => {
    const { call } = await setUp(t);
    await call({ verb: "create", resource: nodes, body: { metadata: { name: "n" } } });
    await call({ verb: "create", resource: pods, body: pod("a") });
    const body = { metadata: { name: "a" }, target: { kind: "Node", name: "n" } };
    await call({ verb: "create", resource: pods, name: "a", subresource: "binding", body });
    await assert.rejects(call({ verb: "create", resource: pods, name: "a", subresource: "binding", body }), isConflict);
    const marked = await call({ verb: "delete", resource: pods, name: "a" });
    assert.deepEqual([marked.spec.nodeName, marked.metadata.deletionGracePeriodSeconds], ["n", 30]);
    await call({ verb: "delete", resource: pods, name: "a", body: { gracePeriodSeconds: 0 } });
    await assert.rejects(call({ verb: "get", resource: pods, name: "a" }), isNotFound);
  });
});

describe("Services", () => {
  it("never share an address or a node port, whoever creates them at the same time", async (t) => {
    const { call } = await setUp(t);
    const service = (i: number) => ({ metadata: { name: `s${i}` }, spec: { type: "NodePort", ports: [{ port: 80 }] } });
    const made = await Promise.all(
      Array.from({ length: 60 }, (_, i) => call({ verb: "create", resource: services, body: service(i) })),
    );
    assert.equal(new Set(made.map((s) => s.spec.clusterIP)).size, 60);
    assert.equal(new Set(made.map((s) => s.spec.ports?.[0]?.nodePort)).size, 60);
    const address = made[0]?.spec.clusterIP;
    const same = { metadata: { name: "x" }, spec: { clusterIP: address, ports: [{ port: 80 }] } };
    await assert.rejects(call({ verb: "create", resource: services, body: same }), /provided IP is already allocated/);
    await call({ verb: "delete", resource: services, name: "s0" });
    assert.equal((await call({ verb: "create", resource: services, body: same })).spec.clusterIP, address);
  });
});

describe("lists", () => {
  it("come in pages of one revision, whatever is written meanwhile", async (t) => {
    const { call } = await setUp(t);
    for (const name of ["a", "b", "c"]) await call({ verb: "create", resource: configMaps, body: cm(name) });
    const first = await call<List>({ verb: "list", resource: configMaps, query: { limit: "2" } });
    assert.deepEqual([first.items.length, first.metadata.remainingItemCount], [2, 1]);
    await call({ verb: "delete", resource: configMaps, name: "c" });
    const query = { limit: "2", continue: first.metadata.continue ?? "" };
    const rest = await call<List>({ verb: "list", resource: configMaps, query });
    assert.deepEqual(
      rest.items.map((item) => item.metadata.name),
      ["c"],
    );
    assert.equal(rest.metadata.resourceVersion, first.metadata.resourceVersion);
  });

  it("answer 410 with a way to go on when their history is gone", async (t) => {
    const { server, call } = await setUp(t);
    for (const name of ["a", "b", "c"]) await call({ verb: "create", resource: configMaps, body: cm(name) });
    const first = await call<List>({ verb: "list", resource: configMaps, query: { limit: "1" } });
    await call({ verb: "delete", resource: configMaps, name: "b" });
    await server.store.compact(await server.store.revision());
    const query = { limit: "5", continue: first.metadata.continue ?? "" };
    const refusal: unknown = await call({ verb: "list", resource: configMaps, query }).catch((error) => error);
    assert.ok(isGone(refusal));
    const again = { ...query, continue: refusal.status.metadata?.continue ?? "" };
    const rest = await call<List>({ verb: "list", resource: configMaps, query: again });
    assert.deepEqual(
      rest.items.map((item) => item.metadata.name),
      ["c"],
    );
  });
});

describe("watches", () => {
  it("show the present state, its end, then changes as the selector sees them", async (t) => {
    const { admin, call } = await setUp(t);
    await call({ verb: "create", resource: configMaps, body: cm("a", {}, { labels: { x: "1" } }) });
    const query = {
      labelSelector: "x=1",
      sendInitialEvents: "true",
      resourceVersionMatch: "NotOlderThan",
      allowWatchBookmarks: "true",
    };
    const seen: string[] = [];
    for await (const { type, object } of admin.watch(
      { resource: configMaps, namespace, query },
      new AbortController().signal,
    )) {
      const { metadata } = object as Obj;
      seen.push(`${type} ${metadata.name}`);
      if (type === "BOOKMARK") {
        assert.equal(metadata.annotations?.["k8s.io/initial-events-end"], "true");
        const label = (x: string) => ({ metadata: { labels: { x } } });
        await call({ verb: "patch", resource: configMaps, name: "a", patchType: "merge", body: label("2") });
        await call({ verb: "patch", resource: configMaps, name: "a", patchType: "merge", body: label("1") });
      }
      if (seen.length === 4) break;
    }
    assert.deepEqual(seen, ["ADDED a", "BOOKMARK ", "DELETED a", "ADDED a"]);
  });

  it("resume from any version the store still knows, and answer 410 before that", async (t) => {
    const { server, admin, call } = await setUp(t);
    const first = await call({ verb: "create", resource: configMaps, body: cm("a") });
    // More than what is remembered in memory.
    const large = "x".repeat(24_000);
    for (let i = 0; i < 900; i++)
      await call({ verb: "update", resource: configMaps, name: "a", body: cm("a", { i: String(i), large }) });
    const from = { resourceVersion: first.metadata.resourceVersion };
    let count = 0;
    for await (const { object } of admin.watch(
      { resource: configMaps, namespace, query: from },
      new AbortController().signal,
    )) {
      assert.equal((object as Obj).data.i, String(count++));
      if (count === 900) break;
    }
    await server.store.compact(await server.store.revision());
    const late = admin.watch({ resource: configMaps, namespace, query: from }, new AbortController().signal);
    await assert.rejects(Array.fromAsync(late), isGone);
  });
});

describe("rights", () => {
  it("are what the stored roles say", async (t) => {
    const { server } = await setUp(t);
    const account = { name: "system:serviceaccount:default:default", groups: ["system:serviceaccounts"] };
    const nobody = server.api.localTransport(account);
    await assert.rejects(nobody.call({ verb: "list", resource: pods, namespace }), (error) => {
      const message = `pods is forbidden: User "${account.name}" cannot list resource "pods" in API group "" in the namespace "default"`;
      return isForbidden(error) && error.message === message;
    });
    const scheduler = server.api.localTransport({ name: "system:kube-scheduler", groups: [] });
    await scheduler.call({ verb: "list", resource: pods });
  });
});

describe("a server that is disposed", () => {
  it("refuses what it can no longer answer, instead of leaving it without an answer", {
    timeout: 10_000,
  }, async (t) => {
    const { server, call } = await setUp(t);
    await server.api[Symbol.asyncDispose]();
    const refused = { code: 503, message: "the server is shutting down" };
    await assert.rejects(call({ verb: "create", resource: configMaps, body: cm("late") }), refused);
    await assert.rejects(call({ verb: "get", resource: configMaps, name: "late" }), refused);
  });
});

describe("writes", () => {
  it("record who holds which fields, and change nothing when only the order is another", async (t) => {
    const { server, call } = await setUp(t);
    const query = { fieldManager: "one" };
    const created = await call({ verb: "create", resource: configMaps, body: cm("a", { k: "1", l: "2" }), query });
    const other = server.api.localTransport({ name: "system:other", groups: ["system:masters"] });
    const at = { resource: configMaps, namespace, name: "a" };
    const same = { ...cm("a", { l: "2", k: "1" }), apiVersion: "v1", kind: "ConfigMap" };
    const again = (await other.call({ verb: "update", ...at, body: same })) as Obj;
    assert.equal(again.metadata.resourceVersion, created.metadata.resourceVersion);
    const patched = await other.call({ verb: "patch", ...at, patchType: "merge", body: { data: { k: "3" } } });
    const { managedFields } = (patched as { metadata: { managedFields: { manager: string; fieldsV1: object }[] } })
      .metadata;
    assert.deepEqual(managedFields.map(({ manager, fieldsV1 }) => [manager, fieldsV1]).toSorted(), [
      ["one", { "f:data": { ".": {}, "f:l": {} } }],
      ["other", { "f:data": { "f:k": {} } }],
    ]);
  });
});
