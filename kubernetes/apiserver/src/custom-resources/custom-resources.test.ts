import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { isNotFound, type ResourceInfo, type Transport } from "@skiff/api";
import type { CustomResourceDefinition } from "@skiff/api/apiextensions/v1";
import { customResourceDefinitions } from "@skiff/api/resources";
import { startTestApiServer, type TestApiServerOptions } from "../testing/start-test-api-server.ts";

const GROUP = "test.example.org";

type Members = Record<string, unknown>;
type Obj = {
  kind: string;
  apiVersion: string;
  metadata: { name: string; resourceVersion: string; finalizers?: string[] };
  spec: Members;
  items: Obj[];
};

function resource(version: string, plural = "widgets", kind = "Widget"): ResourceInfo {
  return {
    group: GROUP,
    version,
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: false,
    shortNames: [],
    categories: [],
    verbs: [],
    subresources: [],
    storageVersion: true,
    typeName: "",
  };
}

const open = { type: "object", properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true } } };

function definition(o: { names?: Members; spec?: Members; versions?: Members[] } = {}) {
  const names = { plural: "widgets", kind: "Widget", ...o.names };
  const versions = o.versions ?? [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: open } }];
  return {
    metadata: { name: `${names.plural}.${GROUP}` },
    spec: { group: GROUP, scope: "Cluster", names, versions, ...o.spec },
  };
}

const version = (name: string, storage: boolean, more: Members = {}) => ({
  name,
  served: true,
  storage,
  schema: { openAPIV3Schema: open },
  ...more,
});

async function setUp(t: TestContext, o: TestApiServerOptions = {}) {
  const server = await startTestApiServer(t, o);
  const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
  const call = async <T = Obj>(request: Parameters<Transport["call"]>[0]) => (await admin.call(request)) as T;
  /** Resolves with the definition once `holds` is true of it. */
  const until = async (name: string, holds: (d: CustomResourceDefinition) => boolean) => {
    const stop = new AbortController();
    for await (const event of admin.watch({ resource: customResourceDefinitions }, stop.signal)) {
      const found = event.object as CustomResourceDefinition;
      if (found.metadata.name === name && holds(found)) {
        stop.abort();
        return found;
      }
    }
    throw new Error("the watch ended");
  };
  const isTrue = (type: string) => (d: CustomResourceDefinition) =>
    d.status?.conditions?.some((c) => c.type === type && c.status === "True") ?? false;
  const define = async (body: ReturnType<typeof definition>) => {
    await call({ verb: "create", resource: customResourceDefinitions, body });
    return until(body.metadata.name, isTrue("Established"));
  };
  return { server, admin, call, until, define, isTrue };
}

describe("definitions", () => {
  it("are served within 100 ms of being established, and no longer once they are gone", async (t) => {
    const { call, define } = await setUp(t);
    const widget = {
      verb: "create",
      resource: resource("v1"),
      body: { metadata: { name: "a" }, spec: { n: 1 } },
    } as const;
    await assert.rejects(call(widget), isNotFound);
    await define(definition());
    const started = performance.now();
    for (;;) {
      try {
        await call(widget);
        break;
      } catch (error) {
        if (!isNotFound(error) || performance.now() - started > 100) throw error;
        await new Promise(setImmediate);
      }
    }
    await call({ verb: "delete", resource: customResourceDefinitions, name: `widgets.${GROUP}` });
    for (let there = true; there; ) {
      await new Promise(setImmediate);
      there = await call({ verb: "get", resource: customResourceDefinitions, name: `widgets.${GROUP}` }).then(
        () => true,
        (error) => {
          if (isNotFound(error)) return false;
          throw error;
        },
      );
    }
    await assert.rejects(call({ verb: "list", resource: resource("v1") }), isNotFound);
  });

  it("wait for a name another has, and get it when that goes", async (t) => {
    const { call, define, until, isTrue } = await setUp(t);
    await define(definition());
    const rival = definition({ names: { plural: "gadgets", kind: "Widget", shortNames: ["widgets"] } });
    await call({ verb: "create", resource: customResourceDefinitions, body: rival });
    const waiting = await until(rival.metadata.name, (d) => (d.status?.conditions ?? []).length > 0);
    const said = waiting.status?.conditions?.map(({ type, status, reason, message }) => [
      type,
      status,
      reason,
      message,
    ]);
    assert.deepEqual(said, [
      ["NamesAccepted", "False", "ListKindConflict", '"WidgetList" is already in use'],
      ["Established", "False", "NotAccepted", "not all names are accepted"],
    ]);
    await call({ verb: "delete", resource: customResourceDefinitions, name: `widgets.${GROUP}` });
    await until(rival.metadata.name, isTrue("Established"));
  });

  it("are served by the next server on the same store", async (t) => {
    const directory = await mkdtemp(join(tmpdir(), "skiff-definitions-"));
    t.after(() => rm(directory, { recursive: true }));
    const path = join(directory, "state.db");
    await t.test("first", async (inner) => {
      const { call, define } = await setUp(inner, { path });
      await define(definition());
      await call({ verb: "create", resource: resource("v1"), body: { metadata: { name: "a" }, spec: {} } });
    });
    await t.test("second", async (inner) => {
      const { call } = await setUp(inner, { path });
      assert.equal((await call({ verb: "list", resource: resource("v1") })).items.length, 1);
    });
  });
});

describe("versions of a custom resource", () => {
  it("show the same objects, each by its own schema, and are stored as the definition says", async (t) => {
    const { server, call, define } = await setUp(t);
    const strict = {
      type: "object",
      properties: {
        spec: { type: "object", properties: { n: { type: "integer" }, m: { type: "integer", default: 7 } } },
      },
    };
    const versions = [version("v1", true), version("v2", false, { schema: { openAPIV3Schema: strict } })];
    const defined = await define(definition({ versions }));
    await call({ verb: "create", resource: resource("v1"), body: { metadata: { name: "a" }, spec: { n: 1, x: 2 } } });
    const get = (name: string) => call({ verb: "get", resource: resource(name), name: "a" });
    assert.deepEqual((await get("v1")).spec, { n: 1, x: 2 });
    assert.deepEqual([(await get("v2")).apiVersion, (await get("v2")).spec], [`${GROUP}/v2`, { n: 1, m: 7 }]);

    const stored = async () => String((await server.store.get(`/registry/${GROUP}/widgets/a`))?.value.toString());
    const raw = async () =>
      JSON.parse(Buffer.from((await server.store.get(`/registry/${GROUP}/widgets/a`))?.value ?? []).toString());
    assert.equal((await raw()).apiVersion, `${GROUP}/v1`, await stored());
    const migrated = {
      ...defined,
      spec: { ...defined.spec, versions: defined.spec.versions.map((v) => ({ ...v, storage: v.name === "v2" })) },
      metadata: { ...defined.metadata, resourceVersion: undefined },
    };
    const patch = { spec: { versions: migrated.spec.versions } };
    const changed = await call<CustomResourceDefinition>({
      verb: "patch",
      patchType: "merge",
      resource: customResourceDefinitions,
      name: defined.metadata.name,
      body: patch,
    });
    assert.deepEqual(changed.status?.storedVersions, ["v1", "v2"]);
    // An update that changes nothing writes the object in the new version.
    for (let tries = 0; (await raw()).apiVersion !== `${GROUP}/v2` && tries < 50; tries++) {
      await call({ verb: "update", resource: resource("v1"), name: "a", body: await get("v1") });
    }
    assert.equal((await raw()).apiVersion, `${GROUP}/v2`);

    const forget = (storedVersions: readonly string[]) =>
      call<CustomResourceDefinition>({
        verb: "patch",
        patchType: "merge",
        resource: customResourceDefinitions,
        name: defined.metadata.name,
        subresource: "status",
        body: { status: { storedVersions } },
      });
    await assert.rejects(
      forget(["v3"]),
      /status\.storedVersions\[0\]: Invalid value: "v3": must appear in spec\.versions/,
    );
    assert.deepEqual((await forget(["v2"])).status?.storedVersions, ["v2"]);
  });

  it("are converted by a webhook, whose failure is that of the request", async (t) => {
    const { server, admin, call, define } = await setUp(t);
    const asked: { desiredAPIVersion: string; objects: Obj[] }[] = [];
    let broken = false;
    const { cert, key } = await server.authority.issue({ cn: "converter", sans: ["127.0.0.1"], usages: ["server"] });
    const converter = createServer({ cert, key }, async (request, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      const review = JSON.parse(text);
      asked.push(review.request);
      const { uid, desiredAPIVersion, objects } = review.request as {
        uid: string;
        desiredAPIVersion: string;
        objects: Obj[];
      };
      // v1 says `n`, v2 says `number`.
      const convertedObjects = objects.map(({ spec: { n, number }, ...rest }) => ({
        ...rest,
        apiVersion: desiredAPIVersion,
        spec: desiredAPIVersion.endsWith("v2") ? { number: n ?? number } : { n: number ?? n },
      }));
      const result = broken ? { status: "Failed", message: "out of order" } : { status: "Success" };
      response.end(JSON.stringify({ ...review, response: { uid, result, convertedObjects } }));
    });
    converter.listen(0, "127.0.0.1");
    await once(converter, "listening");
    t.after(() => converter.close());
    const url = `https://127.0.0.1:${(converter.address() as AddressInfo).port}/convert`;
    const clientConfig = { url, caBundle: Buffer.from(server.ca).toString("base64") };
    const conversion = { strategy: "Webhook", webhook: { clientConfig, conversionReviewVersions: ["v1"] } };
    await define(definition({ versions: [version("v1", true), version("v2", false)], spec: { conversion } }));

    const make = (name: string, spec: Members) =>
      call({ verb: "create", resource: resource("v2"), body: { metadata: { name }, spec } });
    assert.deepEqual((await make("a", { number: 1 })).spec, { number: 1 });
    await make("b", { number: 2 });
    assert.deepEqual((await call({ verb: "get", resource: resource("v1"), name: "a" })).spec, { n: 1 });
    asked.length = 0;
    const list = await call({ verb: "list", resource: resource("v2") });
    assert.deepEqual(
      list.items.map(({ spec }) => spec),
      [{ number: 1 }, { number: 2 }],
    );
    assert.ok(asked.length <= 1, "a list is converted in one request, once");

    const stop = new AbortController();
    const events = admin.watch(
      { resource: resource("v2"), query: { resourceVersion: list.metadata.resourceVersion } },
      stop.signal,
    );
    const next = events[Symbol.asyncIterator]().next();
    const patch = {
      verb: "patch",
      patchType: "merge",
      resource: resource("v2"),
      name: "a",
      body: { spec: { number: 5 } },
    } as const;
    assert.deepEqual((await call(patch)).spec, { number: 5 });
    const { value: event } = await next;
    assert.deepEqual((event.object as Obj).spec, { number: 5 });
    stop.abort();

    broken = true;
    await assert.rejects(make("c", { number: 3 }), {
      message: `conversion webhook for ${GROUP}/v2, Kind=Widget failed: out of order`,
    });
  });
});
