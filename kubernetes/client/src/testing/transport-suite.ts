import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { isAlreadyExists, isConflict, isNotFound, type Transport, type WatchEvent } from "@skiff/api";
import type { ConfigMap } from "@skiff/api/core/v1";
import { configMaps } from "@skiff/api/resources";
import { createClient } from "../client.ts";

const namespace = "default";
const configMap = (name: string, labels: Record<string, string> = {}): ConfigMap => {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, labels }, data: { a: "1" } };
};

/**
 * What every transport must do, whatever is at its other end. `start` gives one to a server of which only `default`
 * matters, fresh for every test.
 */
export function transportSuite(name: string, start: (t: TestContext) => Promise<Transport>): void {
  describe(`${name} as a Transport`, () => {
    it("gives back what was created, with a uid and a version", async (t) => {
      const client = createClient(await start(t));
      const created = await client.create(configMaps, configMap("made"));
      assert.ok(created.metadata.uid && created.metadata.resourceVersion);
      assert.deepEqual((await client.get(configMaps, created.metadata)).data, { a: "1" });
    });

    it("rejects with the server's StatusError", async (t) => {
      const client = createClient(await start(t));
      await assert.rejects(client.get(configMaps, `${namespace}/missing`), isNotFound);
      await client.create(configMaps, configMap("twice"));
      await assert.rejects(client.create(configMaps, configMap("twice")), isAlreadyExists);
    });

    it("refuses an update of a version that is no longer the latest", async (t) => {
      const client = createClient(await start(t));
      const first = await client.create(configMaps, configMap("changed"));
      await client.update(configMaps, { ...first, data: { a: "2" } });
      await assert.rejects(client.update(configMaps, { ...first, data: { a: "3" } }), isConflict);
    });

    it("patches and deletes", async (t) => {
      const client = createClient(await start(t));
      const { metadata } = await client.create(configMaps, configMap("patched"));
      const patched = await client.patch(configMaps, metadata, { data: { b: "2" } }, { type: "merge" });
      assert.deepEqual(patched.data, { a: "1", b: "2" });
      await client.delete(configMaps, metadata);
      await assert.rejects(client.get(configMaps, metadata), isNotFound);
    });

    it("lists what a selector selects", async (t) => {
      const client = createClient(await start(t));
      await client.create(configMaps, configMap("in", { app: "web" }));
      await client.create(configMaps, configMap("out", { app: "db" }));
      const { items, metadata } = await client.list(configMaps, { namespace, labelSelector: "app=web" });
      assert.deepEqual(
        items.map((item) => item.metadata.name),
        ["in"],
      );
      assert.ok(metadata.resourceVersion);
    });

    it("streams changes in order from a version on, and ends when aborted", async (t) => {
      const client = createClient(await start(t));
      const { metadata } = await client.list(configMaps, { namespace });
      const stop = new AbortController();
      const seen: string[] = [];
      const options = { namespace, resourceVersion: metadata.resourceVersion, labelSelector: "watched=yes" };
      const watching = (async () => {
        for await (const { type, object } of client.watch(configMaps, options, stop.signal)) {
          seen.push(`${type} ${object.data?.a ?? ""}`);
          if (type === "DELETED") stop.abort();
        }
      })();
      const made = await client.create(configMaps, configMap("seen", { watched: "yes" }));
      await client.create(configMaps, configMap("unseen"));
      await client.update(configMaps, { ...made, data: { a: "2" } });
      await client.delete(configMaps, made.metadata);
      await watching;
      assert.deepEqual(seen, ["ADDED 1", "MODIFIED 2", "DELETED 2"]);
    });

    it("streams the present state first when asked to", async (t) => {
      const client = createClient(await start(t));
      await client.create(configMaps, configMap("one", { initial: "yes" }));
      const options = {
        namespace,
        labelSelector: "initial=yes",
        sendInitialEvents: true,
        allowWatchBookmarks: true,
        resourceVersionMatch: "NotOlderThan" as const,
      };
      const events: WatchEvent<ConfigMap>[] = [];
      const stop = new AbortController();
      for await (const event of client.watch(configMaps, options, stop.signal)) {
        events.push(event);
        if (event.type === "BOOKMARK") stop.abort();
      }
      assert.deepEqual(
        events.map(({ type }) => type),
        ["ADDED", "BOOKMARK"],
      );
      assert.equal(events.at(-1)?.object.metadata.annotations?.["k8s.io/initial-events-end"], "true");
    });

    it("rejects a call that is aborted before", async (t) => {
      const client = createClient(await start(t));
      const reason = new Error("enough");
      await assert.rejects(client.get(configMaps, `${namespace}/any`, AbortSignal.abort(reason)), reason);
    });
  });
}
