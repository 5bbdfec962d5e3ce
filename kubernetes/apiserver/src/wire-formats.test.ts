/** What goes over the wire in the forms that are not plain JSON, and the reads whose answers depend on versions. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:https";
import { after, before, describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { decodeProtobuf, encodeProtobuf, openProtobuf, sealProtobuf } from "@skiff/api/server";
import { startTestApiServer, type TestApiServer } from "./testing/start-test-api-server.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const PROTOBUF = "application/vnd.kubernetes.protobuf";
const META = "g=meta.k8s.io;v=v1";

let server: TestApiServer;
const closing: (() => unknown)[] = [];

before(async () => {
  server = await startTestApiServer({ after: (close) => closing.push(close as () => unknown) });
  for (const [name, x] of [
    ["a", "1"],
    ["b", "2"],
    ["c", "1"],
  ] as const) {
    const body = JSON.stringify({ metadata: { name, labels: { x } }, data: { text: "y".repeat(60_000) } });
    assert.equal((await ask("POST", CONFIG_MAPS, { "content-type": "application/json" }, body)).status, 201);
  }
});

after(async () => {
  for (const close of closing) await close();
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request, and all of its answer. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string | Uint8Array,
): Promise<Answer> {
  const { url, ca, admin } = server;
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const asking = request(`${url}${path}`, { method, ca, ...admin, headers: { ...headers, ...length } });
  asking.end(body);
  const [response] = await once(asking, "response");
  const pieces = await Array.fromAsync<Buffer>(response);
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) };
}

const get = (path: string, accept?: string) => ask("GET", path, accept === undefined ? {} : { accept });
const json = ({ body }: Answer) => JSON.parse(body.toString());

/** The object of a protobuf body, under its kind. */
function opened(body: Uint8Array, type: string) {
  const { apiVersion, kind, message } = openProtobuf(body);
  return { apiVersion, kind, object: decodeProtobuf(message, type) as never as Record<string, never> };
}

describe("protobuf", () => {
  it("holds the same object as JSON", async () => {
    const { status, headers, body } = await get(`${CONFIG_MAPS}/a`, `${PROTOBUF},application/json`);
    assert.deepEqual([status, headers["content-type"]], [200, PROTOBUF]);
    const { kind, apiVersion, ...rest } = json(await get(`${CONFIG_MAPS}/a`));
    assert.deepEqual(body, sealProtobuf(apiVersion, kind, encodeProtobuf(rest, "core/v1.ConfigMap")));
  });

  it("holds a list with its items and where it goes on", async () => {
    const { body } = await get(`${CONFIG_MAPS}?limit=2`, PROTOBUF);
    const { kind, object } = opened(body, "core/v1.ConfigMapList");
    const { metadata, items } = object as never as { metadata: Record<string, unknown>; items: object[] };
    assert.deepEqual([kind, items.length, metadata.remainingItemCount], ["ConfigMapList", 2, 1]);
    const next = json(await get(`${CONFIG_MAPS}?limit=2&continue=${metadata.continue}`));
    assert.deepEqual(
      next.items.map((item: { metadata: { name: string } }) => item.metadata.name),
      ["c"],
    );
    assert.equal(next.metadata.resourceVersion, metadata.resourceVersion);
  });

  it("is what errors are told in", async () => {
    const { status, body } = await get(`${CONFIG_MAPS}/none`, PROTOBUF);
    const { kind, object } = opened(body, "meta/v1.Status");
    assert.deepEqual([status, kind, object.reason, object.code], [404, "Status", "NotFound", 404]);
  });

  it("is read from bodies of creations, replacements and deletions", async () => {
    const type = { "content-type": PROTOBUF, accept: PROTOBUF };
    const of = (data: object, metadata: object = {}) =>
      sealProtobuf(
        "v1",
        "ConfigMap",
        encodeProtobuf({ metadata: { name: "binary", ...metadata }, data }, "core/v1.ConfigMap"),
      );
    const created = await ask("POST", CONFIG_MAPS, type, of({ k: "1" }));
    assert.equal(created.status, 201);
    const { metadata } = opened(created.body, "core/v1.ConfigMap").object as never as { metadata: { uid: string } };
    const replaced = await ask("PUT", `${CONFIG_MAPS}/binary`, type, of({ k: "2" }));
    assert.deepEqual(opened(replaced.body, "core/v1.ConfigMap").object.data, { k: "2" });
    const options = (uid: string) =>
      sealProtobuf("v1", "DeleteOptions", encodeProtobuf({ preconditions: { uid } }, "meta/v1.DeleteOptions"));
    assert.equal((await ask("DELETE", `${CONFIG_MAPS}/binary`, type, options("other"))).status, 409);
    assert.equal((await ask("DELETE", `${CONFIG_MAPS}/binary`, type, options(metadata.uid))).status, 200);
  });

  for (const { when, body } of [
    { when: "is not one", body: Buffer.from("{}") },
    { when: "breaks off", body: sealProtobuf("v1", "ConfigMap", Buffer.of(0x0a, 0x7f)) },
    { when: "is of another kind", body: sealProtobuf("v1", "Secret", Buffer.of()) },
  ]) {
    it(`is refused when it ${when}`, async () => {
      assert.equal((await ask("POST", CONFIG_MAPS, { "content-type": PROTOBUF }, body)).status, 400);
    });
  }
});

describe("CBOR", () => {
  it("is neither written nor read", async () => {
    assert.equal((await get(CONFIG_MAPS, "application/cbor")).status, 406);
    const posted = await ask("POST", CONFIG_MAPS, { "content-type": "application/cbor" }, Buffer.of(0xa0));
    const message =
      "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf";
    assert.deepEqual([posted.status, json(posted).message], [415, message]);
  });
});

describe("a view of an object", () => {
  it("may be its metadata, in protobuf too", async () => {
    const accept = `${PROTOBUF};as=PartialObjectMetadataList;${META}`;
    const { kind, apiVersion, object } = opened(
      (await get(CONFIG_MAPS, accept)).body,
      "meta/v1.PartialObjectMetadataList",
    );
    assert.deepEqual([kind, apiVersion], ["PartialObjectMetadataList", "meta.k8s.io/v1"]);
    const { items } = object as never as { items: { metadata: { labels: object } }[] };
    assert.deepEqual(
      items.map(({ metadata }) => metadata.labels),
      [{ x: "1" }, { x: "2" }, { x: "1" }],
    );
  });

  it("must be of a list for a list, and of one object for one", async () => {
    const { status, body } = await get(CONFIG_MAPS, `application/json;as=PartialObjectMetadata;${META}`);
    const message = "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)";
    assert.deepEqual([status, JSON.parse(body.toString()).message], [406, message]);
  });

  it("may be a table, with as much of the objects as is asked for", async () => {
    const accept = `application/json;as=Table;${META}`;
    const { kind, rows } = json(await get(`${CONFIG_MAPS}?includeObject=None`, accept));
    assert.deepEqual([kind, rows.length, rows[0].object], ["Table", 3, undefined]);
    // Those the server made itself too: kubectl sorts by them.
    const whole = json(await get("/api/v1/namespaces?includeObject=Object", accept));
    const kinds = new Set(whole.rows.map(({ object }: { object: { kind?: string } }) => object.kind));
    assert.deepEqual([...kinds], ["Namespace"]);
    const refused = json(await get(`${CONFIG_MAPS}?includeObject=Some`, accept));
    assert.equal(refused.message, 'unrecognized includeObject value: "Some"');
  });
});

describe("a long answer", () => {
  it("is compressed for who accepts that", async () => {
    const { headers, body } = await ask("GET", CONFIG_MAPS, { "accept-encoding": "gzip" });
    assert.deepEqual([headers["content-encoding"], headers.vary], ["gzip", "Accept-Encoding"]);
    assert.deepEqual(gunzipSync(body), (await get(CONFIG_MAPS)).body);
  });
});

/** The events of a watch that ends by itself, each as its bytes. */
async function watched(query: string, accept: string): Promise<Buffer> {
  const { status, body } = await get(`${CONFIG_MAPS}?watch=true&timeoutSeconds=1&${query}`, accept);
  assert.equal(status, 200);
  return body;
}

describe("a watch", () => {
  it("is a stream of frames in protobuf, each with its length before it", async () => {
    const body = await watched(
      "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true",
      `${PROTOBUF};stream=watch`,
    );
    const seen: string[] = [];
    for (let at = 0; at < body.length; ) {
      const end = at + 4 + body.readUInt32BE(at);
      // Of an event, the first field is a text; so is it of these options, which have no second.
      const event = decodeProtobuf(body.subarray(at + 4, end), "meta/v1.GetOptions");
      seen.push(String(event.resourceVersion));
      at = end;
    }
    // The last two are the end of what was there, and the end of the watch.
    assert.deepEqual(seen, ["ADDED", "ADDED", "ADDED", "BOOKMARK", "BOOKMARK"]);
  });

  it("is a stream of metadata where that is asked for", async () => {
    const body = await watched("labelSelector=x%3D2", `application/json;as=PartialObjectMetadata;${META}`);
    const events = body
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ object }) => [object.kind, object.metadata.name]),
      [["PartialObjectMetadata", "b"]],
    );
  });

  it("is a stream of tables where that is asked for, the first with the columns", async () => {
    const body = await watched("", `application/json;as=Table;${META}`);
    const events = body
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ object }) => object.columnDefinitions?.length),
      [3, undefined, undefined],
    );
  });

  it("starts with what happens when the state is not wanted", async () => {
    const without = "sendInitialEvents=false&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const events = (await watched(without, "application/json")).toString().trim().split("\n");
    assert.deepEqual(
      events.map((line) => JSON.parse(line).type),
      ["BOOKMARK"],
    );
  });

  it("has no YAML form", async () => {
    assert.equal((await get(`${CONFIG_MAPS}?watch=true`, "application/yaml")).status, 406);
  });

  it("waits for a version that is yet to come", async () => {
    const current = json(await get(CONFIG_MAPS)).metadata.resourceVersion;
    const later = watched(`resourceVersion=${Number(current) + 1}`, "application/json");
    for (const label of ["3", "4"]) {
      const patch = JSON.stringify({ metadata: { labels: { x: label } } });
      await ask("PATCH", `${CONFIG_MAPS}/b`, { "content-type": "application/merge-patch+json" }, patch);
    }
    const events = (await later)
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.map(({ type, object }) => [type, object.metadata.labels.x]),
      [["MODIFIED", "4"]],
    );
  });

  it("shows what leaves its selection as it was, removed at the version it left", async () => {
    const current = json(await get(CONFIG_MAPS)).metadata.resourceVersion;
    const watching = watched(`labelSelector=x%3D1&resourceVersion=${current}`, "application/json");
    const patch = JSON.stringify({ metadata: { labels: { x: "5" } } });
    const patched = await ask("PATCH", `${CONFIG_MAPS}/c`, { "content-type": "application/merge-patch+json" }, patch);
    const [event] = (await watching)
      .toString()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { resourceVersion } = json(patched).metadata;
    assert.deepEqual([event.type, event.object.metadata.labels.x], ["DELETED", "1"]);
    assert.equal(event.object.metadata.resourceVersion, resourceVersion);
  });
});

describe("a read of a version", () => {
  it("answers 504 after a while when the version is not to be had", async () => {
    const { status, body } = await get(`${CONFIG_MAPS}/a?resourceVersion=99999999`);
    const { reason, message, details } = JSON.parse(body.toString());
    assert.deepEqual([status, reason, details.causes[0].reason], [504, "Timeout", "ResourceVersionTooLarge"]);
    assert.match(message, /^Timeout: Too large resource version: 99999999, current: \d+$/);
  });

  it("shows just that version in pages, and a later one otherwise", async () => {
    const before = json(await get(CONFIG_MAPS)).metadata.resourceVersion;
    await ask("POST", CONFIG_MAPS, { "content-type": "application/json" }, '{"metadata":{"name":"later"}}');
    const exact = json(await get(`${CONFIG_MAPS}?limit=10&resourceVersion=${before}`));
    const newer = json(await get(`${CONFIG_MAPS}?resourceVersion=${before}`));
    assert.deepEqual([exact.items.length, exact.metadata.resourceVersion], [3, before]);
    assert.equal(newer.items.length, 4);
  });

  it("does not page through whatever there is", async () => {
    const any = json(await get(`${CONFIG_MAPS}?limit=1&resourceVersion=0`));
    assert.ok(any.items.length > 1);
    assert.equal(any.metadata.continue, undefined);
  });

  for (const { query, want } of [
    { query: "resourceVersionMatch=Exact", want: "is forbidden unless resourceVersion is provided" },
    { query: "resourceVersionMatch=Exact&resourceVersion=0", want: '"exact" is forbidden for resourceVersion "0"' },
    { query: "sendInitialEvents=true", want: "sendInitialEvents is forbidden for list" },
    {
      query: "watch=1&sendInitialEvents=true",
      want: "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    },
    {
      query: "watch=1&resourceVersionMatch=NotOlderThan",
      want: "is forbidden for watch unless sendInitialEvents is provided",
    },
  ]) {
    it(`is refused with 422 for ${query}`, async () => {
      const { status, body } = await get(`${CONFIG_MAPS}?${query}`);
      assert.equal(status, 422);
      assert.ok(JSON.parse(body.toString()).message.includes(want));
    });
  }
});
