import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, RequestOptions } from "node:http";
import { request } from "node:https";
import { describe, it, type TestContext } from "node:test";
import { isNotFound, type Transport } from "@skiff/api";
import type { APIService } from "@skiff/api/apiregistration/v1";
import type { APIResourceList } from "@skiff/api/meta/v1";
import { apiServices, configMaps, endpointSlices, services } from "@skiff/api/resources";
import { serveBehindService } from "../testing/serve-behind-service.ts";
import { startExtensionServer } from "../testing/start-extension-server.ts";
import { startTestApiServer, type TestApiServer } from "../testing/start-test-api-server.ts";

const TEA = "v1.tea.test";
const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

async function setUp(t: TestContext) {
  const server = await startTestApiServer(t);
  const admin = server.api.localTransport({ name: "admin", groups: ["system:masters"] });
  const extension = await startExtensionServer(t, { serverName: "tea.default.svc", frontProxyCa: server.ca });
  const register = (spec: object = {}) =>
    admin.call({
      verb: "create",
      resource: apiServices,
      body: {
        metadata: { name: TEA },
        spec: {
          group: "tea.test",
          version: "v1",
          groupPriorityMinimum: 1500,
          versionPriority: 10,
          service: { namespace: "default", name: "tea" },
          caBundle: extension.caBundle,
          ...spec,
        },
      },
    });
  const serve = () => serveBehindService(admin, { namespace: "default", name: "tea", port: extension.port });
  const ready = async () => {
    await serve();
    await register();
    await condition(admin, (found) => found.status === "True");
  };
  return { server, admin, extension, register, serve, ready };
}

/** The condition of the test's APIService, once it is as wanted. */
async function condition(
  transport: Transport,
  wanted: (c: { status: string; reason: string; message: string }) => boolean,
) {
  const stop = new AbortController();
  const query = { fieldSelector: `metadata.name=${TEA}` };
  for await (const { object } of transport.watch({ resource: apiServices, query }, stop.signal)) {
    const [found] = (object as APIService).status?.conditions ?? [];
    const { status = "", reason = "", message = "" } = found ?? {};
    if (!wanted({ status, reason, message })) continue;
    stop.abort();
    return { status, reason, message };
  }
  throw new Error("the watch ended");
}

function begin({ port, ca, admin }: TestApiServer, path: string, o: RequestOptions = {}) {
  return request({ host: "127.0.0.1", port, path, ca, cert: admin.cert, key: admin.key, agent: false, ...o });
}

async function get(server: TestApiServer, path: string, headers: Record<string, string> = {}) {
  const outbound = begin(server, path, { headers });
  outbound.end();
  const [answer] = (await once(outbound, "response")) as [IncomingMessage];
  let text = "";
  for await (const piece of answer) text += piece;
  const json = () => JSON.parse(text);
  return { code: answer.statusCode, headers: answer.headers, text, json };
}

describe("APIServices", () => {
  it("exist for everything this server answers itself, and are made again", async (t) => {
    const { admin } = await setUp(t);
    const all = (await admin.call({ verb: "list", resource: apiServices })) as { items: APIService[] };
    const byName = new Map(all.items.map((service) => [service.metadata.name, service]));
    assert.deepEqual(byName.get("v1.apps")?.spec, {
      group: "apps",
      version: "v1",
      groupPriorityMinimum: 17800,
      versionPriority: 15,
    });
    assert.equal(byName.get("v1.")?.spec.groupPriorityMinimum, 18000);
    const [local] = byName.get("v1.apps")?.status?.conditions ?? [];
    assert.deepEqual(
      [local?.status, local?.reason, local?.message],
      ["True", "Local", "Local APIServices are always available"],
    );
    const events = admin.watch(
      { resource: apiServices, query: { fieldSelector: "metadata.name=v1.apps", resourceVersion: "0" } },
      t.signal,
    );
    const seen = events[Symbol.asyncIterator]();
    assert.equal((await seen.next()).value.type, "ADDED");
    await admin.call({ verb: "delete", resource: apiServices, name: "v1.apps" });
    assert.equal((await seen.next()).value.type, "DELETED");
    assert.equal((await seen.next()).value.type, "ADDED");
    await seen.return?.();
  });

  it("say what keeps the server behind them from answering", async (t) => {
    const { admin, extension, register, serve } = await setUp(t);
    await register();
    const where = 'service/tea in "default"';
    const missing = await condition(admin, ({ reason }) => reason !== "");
    assert.deepEqual(missing, { status: "False", reason: "ServiceNotFound", message: `${where} is not present` });
    const metadata = { name: "tea" };
    const spec = { ports: [{ name: "https", port: 444 }] };
    await admin.call({ verb: "create", resource: services, namespace: "default", body: { metadata, spec } });
    const port = await condition(admin, ({ reason }) => reason === "ServicePortError");
    assert.equal(port.message, `${where} is not listening on port 443`);
    await admin.call({ verb: "delete", resource: services, namespace: "default", name: "tea" });
    extension.broken = 500;
    await serve();
    const broken = await condition(admin, ({ reason }) => reason === "FailedDiscoveryCheck");
    assert.match(
      broken.message,
      /^failing or missing response from (https:\S+\/apis\/tea.test\/v1): bad status from \1: 500$/,
    );
    await admin.call({ verb: "delete", resource: endpointSlices, namespace: "default", name: "tea-1" });
    const none = await condition(admin, ({ reason }) => reason === "EndpointsNotFound");
    assert.equal(none.message, `cannot find endpointslices for ${where}`);
  });

  it("become available again by themselves", async (t) => {
    const { admin, extension, register, serve } = await setUp(t);
    extension.broken = 503;
    await serve();
    await register();
    await condition(admin, ({ reason }) => reason === "FailedDiscoveryCheck");
    extension.broken = undefined;
    const passed = await condition(admin, ({ status }) => status === "True");
    assert.deepEqual(passed, { status: "True", reason: "Passed", message: "all checks passed" });
  });
});

describe("requests for another server's resources", () => {
  it("reach it in the name of the user, and come back as it answers them", async (t) => {
    const { server, extension, ready } = await setUp(t);
    await ready();
    const path = "/apis/tea.test/v1/namespaces/default/flavours";
    const { code, headers, json } = await get(server, `${path}?limit=500`, { "x-remote-user": "somebody-else" });
    assert.deepEqual([code, headers["x-tea"], json().kind], [200, "green", "FlavourList"]);
    const seen = extension.seen.at(-1);
    assert.equal(seen?.url, `${path}?limit=500`);
    assert.equal(seen?.headers["x-remote-user"], "kubernetes-admin");
    assert.equal(seen?.headers["x-remote-group"], "system:masters, system:authenticated");
    assert.equal(seen?.headers.authorization, undefined);
    assert.equal((await get(server, path, { accept: "text/tea" })).code, 200);
    assert.equal(extension.seen.at(-1)?.headers.accept, "text/tea");
    const absent = await get(server, `${path}/none`);
    assert.deepEqual([absent.code, absent.json().reason], [404, "NotFound"]);
  });

  it("carry their body", async (t) => {
    const { server, extension, ready } = await setUp(t);
    await ready();
    const path = "/apis/tea.test/v1/namespaces/default/flavours";
    const outbound = begin(server, path, { method: "POST", headers: { "content-type": "application/json" } });
    outbound.end('{"metadata":{"name":"mint"}}');
    const [answer] = (await once(outbound, "response")) as [IncomingMessage];
    assert.equal(answer.statusCode, 201);
    answer.resume();
    assert.equal(extension.seen.at(-1)?.body, '{"metadata":{"name":"mint"}}');
  });

  it("stream while they are watches", async (t) => {
    const { server, ready } = await setUp(t);
    await ready();
    const outbound = begin(server, "/apis/tea.test/v1/namespaces/default/flavours?watch=true");
    outbound.end();
    const [answer] = (await once(outbound, "response")) as [IncomingMessage];
    const [first] = (await once(answer, "data")) as [Buffer];
    assert.equal(JSON.parse(first.toString()).type, "ADDED");
    answer.destroy();
  });

  it("may change the protocol", async (t) => {
    const { server, extension, ready } = await setUp(t);
    await ready();
    const path = "/apis/tea.test/v1/namespaces/default/flavours/green/taste";
    const outbound = begin(server, path, { headers: { connection: "Upgrade", upgrade: "echo" } });
    outbound.end();
    const [answer, socket] = await once(outbound, "upgrade");
    assert.equal(answer.statusCode, 101);
    socket.write("how is it?");
    assert.equal(String((await once(socket, "data"))[0]), "how is it?");
    socket.destroy();
    assert.equal(extension.seen.at(-1)?.headers["x-remote-user"], "kubernetes-admin");
  });

  it("may come from this process", async (t) => {
    const { admin, extension, ready } = await setUp(t);
    await ready();
    const verbs = ["get"];
    const names = { plural: "flavours", singular: "flavour", kind: "Flavour", listKind: "FlavourList" };
    const rest = { shortNames: [], categories: [], verbs, subresources: [], storageVersion: true, namespaced: true };
    const resource = { group: "tea.test", version: "v1", ...names, ...rest, typeName: "" };
    const at = { verb: "get", resource, namespace: "default" } as const;
    const green = (await admin.call({ ...at, name: "green" })) as { metadata: { name: string } };
    assert.equal(green.metadata.name, "green");
    assert.equal(extension.seen.at(-1)?.headers["x-remote-user"], "admin");
    await assert.rejects(admin.call({ ...at, name: "none" }), isNotFound);
    const list = (await admin.call({ verb: "get", resource: { ...resource, plural: "" } })) as APIResourceList;
    assert.deepEqual(
      list.resources?.map(({ name }) => name),
      ["flavours", "flavours/taste"],
    );
  });

  it("are answered 503 while it is not available", async (t) => {
    const { server, admin, register } = await setUp(t);
    await register();
    await condition(admin, ({ status }) => status === "False");
    const { code, text } = await get(server, "/apis/tea.test/v1/namespaces/default/flavours");
    assert.deepEqual([code, text], [503, "service unavailable\n"]);
  });
});

describe("the documents about the API", () => {
  it("have the other server's group where its priority puts it", async (t) => {
    const { server, ready } = await setUp(t);
    await ready();
    const groups = (await get(server, "/apis")).json().groups as { name: string }[];
    const names = groups.map(({ name }) => name);
    assert.deepEqual([names[0], names[1], names.at(-1)], ["apiregistration.k8s.io", "apps", "tea.test"]);
    const group = (await get(server, "/apis/tea.test")).json();
    const version = { groupVersion: "tea.test/v1", version: "v1" };
    assert.deepEqual(group, {
      kind: "APIGroup",
      apiVersion: "v1",
      name: "tea.test",
      versions: [version],
      preferredVersion: version,
    });
    assert.equal((await get(server, "/apis/tea.test/v1")).json().resources[0].name, "flavours");
  });

  it("have it in the aggregated form", async (t) => {
    const { server, admin, extension, ready } = await setUp(t);
    await ready();
    const find = async () => {
      const { json, headers } = await get(server, "/apis", { accept: AGGREGATED });
      assert.match(headers["content-type"] ?? "", /as=APIGroupDiscoveryList/);
      return json().items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === "tea.test");
    };
    const kind = { group: "tea.test", version: "v1", kind: "Flavour" };
    const resource = {
      resource: "flavours",
      responseKind: kind,
      scope: "Namespaced",
      singularResource: "flavour",
      verbs: ["get", "list", "watch", "create"],
      shortNames: ["fl"],
      subresources: [{ subresource: "taste", responseKind: kind, verbs: ["get"] }],
    };
    assert.deepEqual((await find()).versions, [{ version: "v1", freshness: "Current", resources: [resource] }]);
    extension.broken = 500;
    await admin.call({ verb: "delete", resource: endpointSlices, namespace: "default", name: "tea-1" });
    await condition(admin, ({ status }) => status === "False");
    assert.equal((await find()).versions[0].freshness, "Stale");
  });

  it("have its OpenAPI in both forms", async (t) => {
    const { server, ready } = await setUp(t);
    await ready();
    const index = (await get(server, "/openapi/v3")).json();
    assert.ok(index.paths["apis/apps/v1"]);
    assert.equal(index.paths["apis/tea.test/v1"].serverRelativeURL, "/openapi/v3/apis/tea.test/v1?hash=T");
    assert.equal((await get(server, "/openapi/v3/apis/tea.test/v1?hash=T")).json().openapi, "3.0.0");
    const v2 = (await get(server, "/openapi/v2")).json();
    assert.ok(v2.paths["/apis/tea.test/v1/namespaces/{namespace}/flavours"]);
    assert.ok(v2.definitions["test.tea.v1.Flavour"] && v2.definitions["io.k8s.api.core.v1.Pod"]);
    const binary = { accept: "application/com.github.proto-openapi.spec.v2.v1.0+protobuf" };
    assert.match((await get(server, "/openapi/v2", binary)).text, /test\.tea\.v1\.Flavour/);
  });

  it("tell extension servers whom to believe", async (t) => {
    const { server, admin } = await setUp(t);
    const at = { resource: configMaps, namespace: "kube-system", name: "extension-apiserver-authentication" };
    const { data } = (await admin.call({ verb: "get", ...at })) as { data: Record<string, string> };
    assert.equal(data["requestheader-client-ca-file"], server.ca);
    assert.equal(data["requestheader-allowed-names"], '["front-proxy-client"]');
    assert.equal(data["client-ca-file"], server.ca);
    const query = { fieldSelector: `metadata.name=${at.name}`, resourceVersion: "0" };
    const seen: string[] = [];
    for await (const { type } of admin.watch({ ...at, query }, t.signal)) {
      if (seen.push(type) === 1) await admin.call({ verb: "delete", ...at });
      if (seen.length === 3) break;
    }
    assert.deepEqual(seen, ["ADDED", "DELETED", "ADDED"]);
  });
});
