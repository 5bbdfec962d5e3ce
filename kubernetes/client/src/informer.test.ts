import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { StatusError, type Transport } from "@skiff/api";
import type { ConfigMap } from "@skiff/api/core/v1";
import { configMaps } from "@skiff/api/resources";
import { createClient } from "./client.ts";
import type { Informer } from "./informer.ts";
import { informers } from "./informer-factory.ts";
import { MemoryTransport } from "./testing/memory-transport.ts";
import { silentLog } from "./testing/silent-log.ts";

const namespace = "default";
const named = (name: string, uid?: string): ConfigMap => {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ...(uid ? { uid } : {}) } };
};

function setUp(t: TestContext, transport: MemoryTransport, through: Transport = transport) {
  const stop = new AbortController();
  t.after(() => stop.abort());
  // No jitter to speak of: a retry comes at once.
  const factory = informers(createClient(through), { log: silentLog, signal: stop.signal, random: () => -0.5 });
  return { client: createClient(transport), factory };
}

/** Resolves when the informer has told `count` things, with all of them. */
function told(informer: Informer<ConfigMap>, count: number): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const said: string[] = [];
  const note = (what: string) => (object: ConfigMap) => {
    said.push(`${what} ${object.metadata.name}`);
    if (said.length === count) resolve(said);
  };
  informer.on({ add: note("add"), update: note("update"), delete: note("delete") });
  return promise;
}

describe("informers()", () => {
  it("shares one informer per resource and selection", (t) => {
    const { factory } = setUp(t, new MemoryTransport());
    assert.equal(factory.for(configMaps), factory.for(configMaps));
    assert.equal(factory.for(configMaps, { namespace }), factory.for(configMaps, { namespace }));
    assert.notEqual(factory.for(configMaps), factory.for(configMaps, { namespace }));
  });

  it("has the present state once synced, frozen, and then every change in order", async (t) => {
    const { client, factory } = setUp(t, new MemoryTransport());
    const before = await client.create(configMaps, named("before"));
    const informer = factory.for(configMaps);
    const events = told(informer, 4);
    factory.start();
    await factory.synced();
    const cached = informer.cache.get("default/before");
    assert.equal(cached?.metadata.uid, before.metadata.uid);
    assert.ok(Object.isFrozen(cached?.metadata));
    const made = await client.create(configMaps, named("made"));
    await client.update(configMaps, { ...made, data: { a: "1" } });
    await client.delete(configMaps, made.metadata);
    assert.deepEqual(await events, ["add before", "add made", "update made", "delete made"]);
    assert.equal(informer.cache.get("default/made"), undefined);
  });

  it("tells a handler that comes late of everything there is", async (t) => {
    const { client, factory } = setUp(t, new MemoryTransport());
    await client.create(configMaps, named("a"));
    factory.start();
    const informer = factory.for(configMaps);
    await informer.synced();
    assert.deepEqual(await told(informer, 1), ["add a"]);
  });

  it("goes on where it was when a watch ends", async (t) => {
    const transport = new MemoryTransport();
    const { client, factory } = setUp(t, transport);
    const informer = factory.for(configMaps);
    const events = told(informer, 1);
    factory.start();
    await factory.synced();
    transport.cut();
    await client.create(configMaps, named("after"));
    assert.deepEqual(await events, ["add after"]);
    assert.equal(transport.watches.at(-1)?.query?.sendInitialEvents, undefined);
  });

  it("reads the whole state again when its version is gone, and tells the difference", async (t) => {
    const transport = new MemoryTransport();
    const { client, factory } = setUp(t, transport);
    await client.create(configMaps, named("replaced", "old"));
    const gone = await client.create(configMaps, named("gone"));
    const informer = factory.for(configMaps);
    factory.start();
    await factory.synced();
    const events = told(informer, 5);
    // In one go, and cut before the watch could tell: what happened is in no watch any more.
    const writes = [
      client.delete(configMaps, gone.metadata),
      client.delete(configMaps, "default/replaced"),
      client.create(configMaps, named("replaced", "new")),
    ];
    transport.compact();
    await Promise.all(writes);
    assert.deepEqual((await events).slice(2), ["delete gone", "delete replaced", "add replaced"]);
    assert.equal(informer.cache.get("default/replaced")?.metadata.uid, "new");
  });

  it("lists where the server cannot stream the state", async (t) => {
    const transport = new MemoryTransport();
    const through: Transport = {
      call: (call, signal) => transport.call(call, signal),
      watch(call, signal) {
        if (call.query?.sendInitialEvents) throw StatusError.badRequest("sendInitialEvents is not supported");
        return transport.watch(call, signal);
      },
    };
    const { client, factory } = setUp(t, transport, through);
    await client.create(configMaps, named("a"));
    const informer = factory.for(configMaps);
    const events = told(informer, 2);
    factory.start();
    await factory.synced();
    await client.create(configMaps, named("b"));
    assert.deepEqual(await events, ["add a", "add b"]);
  });
});

describe("Cache.byIndex()", () => {
  it("finds objects by namespace, owner and any index added, and follows their changes", async (t) => {
    const { client, factory } = setUp(t, new MemoryTransport());
    const ownerReferences = [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "owner-uid", controller: true }];
    const owned = await client.create(configMaps, {
      ...named("owned"),
      metadata: { name: "owned", namespace, ownerReferences },
    });
    const informer = factory.for(configMaps);
    informer.cache.addIndex("value", ({ data }) => Object.values(data ?? {}));
    const events = told(informer, 2);
    factory.start();
    await factory.synced();
    assert.deepEqual(informer.cache.byIndex("owner", "owner-uid").length, 1);
    assert.deepEqual(informer.cache.byIndex("namespace", namespace).length, 1);
    await client.update(configMaps, { ...owned, metadata: { name: "owned", namespace }, data: { a: "found" } });
    await events;
    assert.deepEqual(informer.cache.byIndex("owner", "owner-uid"), []);
    assert.equal(informer.cache.byIndex("value", "found")[0]?.metadata.name, "owned");
    assert.throws(() => informer.cache.byIndex("nobody's", ""), TypeError);
  });
});
