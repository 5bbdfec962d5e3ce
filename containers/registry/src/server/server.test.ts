import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createRegistryClient } from "../client/client.ts";
import { digestOf } from "../digest.ts";
import { isUnauthorized } from "../errors.ts";
import { OCI_CONFIG, OCI_INDEX, OCI_LAYER, OCI_MANIFEST } from "../media-types.ts";
import { parseReference } from "../reference.ts";
import { byteRange } from "./blobs/byte-range.ts";
import { type RegistryServer, type RegistryServerOptions, startRegistryServer } from "./server.ts";

const layer = Buffer.alloc(100_000, "layer");
const config = Buffer.from("{}");
const described = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.byteLength,
});
const manifest = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: described(OCI_CONFIG, config),
    layers: [described(OCI_LAYER, layer)],
  }),
);

interface Registry {
  readonly server: RegistryServer;
  readonly root: string;
  readonly ask: (method: string, path: string, body?: Uint8Array | string, headers?: object) => Promise<Response>;
}

async function startRegistry(t: TestContext, options: Partial<RegistryServerOptions> = {}): Promise<Registry> {
  const root = await mkdtemp(join(tmpdir(), "skiff-registry-"));
  const server = await startRegistryServer({ root, ...options });
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });
  return { server, root, ask: asker(server.port) };
}

function asker(port: number): Registry["ask"] {
  return (method, path, body, headers = {}) =>
    fetch(`http://127.0.0.1:${port}/v2/${path}`, {
      method,
      body: body === undefined ? null : new Uint8Array(Buffer.from(body)),
      headers: { ...headers },
    });
}

async function push(ask: Registry["ask"], name: string, tag = "1"): Promise<void> {
  for (const blob of [layer, config])
    assert.equal((await ask("POST", `${name}/blobs/uploads/?digest=${digestOf(blob)}`, blob)).status, 201);
  assert.equal((await ask("PUT", `${name}/manifests/${tag}`, manifest)).status, 201);
}

async function errorCode(response: Response): Promise<string> {
  return ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code ?? "";
}

describe("the registry server", () => {
  it("takes a blob in chunks, refuses one out of order, and tells where the upload stands", async (t) => {
    const { ask } = await startRegistry(t);
    const begun = await ask("POST", "a/blobs/uploads/");
    assert.equal(begun.status, 202);
    const at = (begun.headers.get("location") ?? "").slice("/v2/".length);
    const first = await ask("PATCH", at, layer.subarray(0, 60_000), { "content-range": "0-59999" });
    assert.deepEqual([first.status, first.headers.get("range")], [202, "0-59999"]);
    const gap = await ask("PATCH", at, layer.subarray(70_000), { "content-range": "70000-99999" });
    assert.deepEqual([gap.status, gap.headers.get("range")], [416, "0-59999"]);
    const shown = await ask("GET", at);
    assert.deepEqual([shown.status, shown.headers.get("range")], [204, "0-59999"]);
    const done = await ask("PUT", `${at}?digest=${digestOf(layer)}`, layer.subarray(60_000), {
      "content-range": "60000-99999",
    });
    assert.deepEqual([done.status, done.headers.get("docker-content-digest")], [201, digestOf(layer)]);
    assert.equal((await ask("GET", at)).status, 404);
    assert.equal(Buffer.compare(Buffer.from(await (await ask("GET", `a/blobs/${digestOf(layer)}`)).bytes()), layer), 0);
  });

  it("refuses content that is not what its digest says, and forgets it", async (t) => {
    const { ask } = await startRegistry(t);
    const wrong = await ask("POST", `a/blobs/uploads/?digest=${digestOf("other")}`, layer);
    assert.deepEqual([wrong.status, await errorCode(wrong)], [400, "DIGEST_INVALID"]);
    const at = ((await ask("POST", "a/blobs/uploads/")).headers.get("location") ?? "").slice("/v2/".length);
    assert.equal((await ask("DELETE", at)).status, 204);
    assert.equal(await errorCode(await ask("PATCH", at, layer)), "BLOB_UPLOAD_UNKNOWN");
  });

  it("mounts a blob of another repository, and starts an upload where there is none", async (t) => {
    const { ask } = await startRegistry(t);
    await push(ask, "a");
    assert.equal((await ask("POST", `b/c/blobs/uploads/?mount=${digestOf(layer)}&from=a`)).status, 201);
    assert.equal((await ask("HEAD", `b/c/blobs/${digestOf(layer)}`)).status, 200);
    assert.equal((await ask("POST", `b/c/blobs/uploads/?mount=${digestOf("no")}&from=a`)).status, 202);
  });

  it("deletes a tag, a manifest with its tags, and a blob", async (t) => {
    const { ask } = await startRegistry(t);
    await push(ask, "a");
    await push(ask, "a", "2");
    assert.equal((await ask("DELETE", "a/manifests/2")).status, 202);
    assert.deepEqual(await (await ask("GET", "a/tags/list")).json(), { name: "a", tags: ["1"] });
    assert.equal((await ask("DELETE", `a/manifests/${digestOf(manifest)}`)).status, 202);
    assert.equal(await errorCode(await ask("GET", "a/manifests/1")), "MANIFEST_UNKNOWN");
    assert.deepEqual(await (await ask("GET", "a/tags/list")).json(), { name: "a", tags: [] });
    assert.equal((await ask("DELETE", `a/blobs/${digestOf(layer)}`)).status, 202);
    assert.equal((await ask("HEAD", `a/blobs/${digestOf(layer)}`)).status, 404);
  });

  it("lists tags and repositories in pages", async (t) => {
    const { ask } = await startRegistry(t);
    for (const tag of ["c", "a", "b"]) await push(ask, "x/y", tag);
    await push(ask, "w");
    const first = await ask("GET", "x/y/tags/list?n=2");
    assert.equal(first.headers.get("link"), '</v2/x/y/tags/list?n=2&last=b>; rel="next"');
    assert.deepEqual(await first.json(), { name: "x/y", tags: ["a", "b"] });
    const rest = await ask("GET", "x/y/tags/list?n=2&last=b");
    assert.equal(rest.headers.get("link"), null);
    assert.deepEqual(await rest.json(), { name: "x/y", tags: ["c"] });
    assert.deepEqual(await (await ask("GET", "_catalog")).json(), { repositories: ["w", "x/y"] });
    assert.equal(await errorCode(await ask("GET", "x/y/tags/list?n=-1")), "PAGINATION_NUMBER_INVALID");
    assert.equal(await errorCode(await ask("GET", "none/tags/list")), "NAME_UNKNOWN");
  });

  it("lists what refers to a manifest, by type where asked, until it is deleted", async (t) => {
    const { ask } = await startRegistry(t);
    await push(ask, "a");
    const subject = described(OCI_MANIFEST, manifest);
    const signature = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        artifactType: "text/signature",
        config: described(OCI_CONFIG, config),
        layers: [],
        subject,
        annotations: { by: "me" },
      }),
    );
    const pushed = await ask("PUT", `a/manifests/${digestOf(signature)}`, signature);
    assert.equal(pushed.headers.get("oci-subject"), subject.digest);
    const all = await ask("GET", `a/referrers/${subject.digest}`);
    assert.equal(all.headers.get("content-type"), OCI_INDEX);
    const listed = { ...described(OCI_MANIFEST, signature), artifactType: "text/signature", annotations: { by: "me" } };
    assert.deepEqual(await all.json(), { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [listed] });
    const none = await ask("GET", `a/referrers/${subject.digest}?artifactType=other`);
    assert.equal(none.headers.get("oci-filters-applied"), "artifactType");
    assert.deepEqual(((await none.json()) as { manifests: [] }).manifests, []);
    await ask("DELETE", `a/manifests/${digestOf(signature)}`);
    const after = (await (await ask("GET", `a/referrers/${subject.digest}`)).json()) as { manifests: [] };
    assert.deepEqual(after.manifests, []);
  });

  it("collects what nothing names, and nothing that came lately", async (t) => {
    const { ask, server, root } = await startRegistry(t);
    await push(ask, "a");
    const stray = Buffer.from("stray");
    await ask("POST", `a/blobs/uploads/?digest=${digestOf(stray)}`, stray);
    assert.equal(await server.collectGarbage({ grace: 60_000 }), 0);
    for (const blob of [stray, layer, config, manifest])
      await utimes(join(root, "blobs", digestOf(blob).slice(7)), 1, 1);
    assert.equal(await server.collectGarbage({ grace: 0 }), stray.byteLength);
    assert.equal((await ask("HEAD", `a/blobs/${digestOf(layer)}`)).status, 200);
    await ask("DELETE", "a/manifests/1");
    assert.ok((await server.collectGarbage({ grace: 0, untagged: true })) >= layer.byteLength);
    assert.equal((await ask("HEAD", `a/blobs/${digestOf(layer)}`)).status, 404);
  });

  it("asks for a login, by Basic or with a token, and gives a token only for what it was asked", async (t) => {
    const home = await mkdtemp(join(tmpdir(), "skiff-htpasswd-"));
    t.after(() => rm(home, { recursive: true }));
    const htpasswd = join(home, "users");
    await writeFile(htpasswd, "crew:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n");
    for (const scheme of ["basic", "bearer"] as const) {
      const { ask, server } = await startRegistry(t, { logins: { htpasswd, scheme } });
      const refused = await ask("GET", "");
      assert.deepEqual([refused.status, await errorCode(refused)], [401, "UNAUTHORIZED"]);
      assert.match(refused.headers.get("www-authenticate") ?? "", scheme === "basic" ? /^Basic/ : /^Bearer realm=/);
      const reference = parseReference(`127.0.0.1:${server.port}/a`);
      const right = createRegistryClient({ credentials: async () => ({ username: "crew", password: "U*U" }) });
      const descriptor = described(OCI_LAYER, layer);
      await right.pushBlob(reference, descriptor, async function* () {
        yield layer;
      });
      const wrong = createRegistryClient({ credentials: async () => ({ username: "crew", password: "no" }) });
      await assert.rejects(wrong.fetchManifest(reference), isUnauthorized);
    }
  });

  it("is a cache of another registry, also for readers that come while a blob arrives", async (t) => {
    const upstream = await startRegistry(t);
    await push(upstream.ask, "a");
    const { ask } = await startRegistry(t, { proxy: { url: `http://127.0.0.1:${upstream.server.port}` } });
    assert.equal((await ask("GET", "a/manifests/1")).status, 200);
    const both = await Promise.all([1, 2].map(() => ask("GET", `a/blobs/${digestOf(layer)}`)));
    for (const each of both) assert.equal(digestOf(await each.bytes()), digestOf(layer));
    await upstream.server[Symbol.asyncDispose]();
    assert.equal((await ask("GET", "a/manifests/1")).status, 200);
    assert.equal(digestOf(await (await ask("GET", `a/blobs/${digestOf(layer)}`)).bytes()), digestOf(layer));
    assert.equal((await ask("GET", "a/manifests/2")).status, 503);
    assert.equal(await errorCode(await ask("PUT", "a/manifests/1", manifest)), "UNSUPPORTED");
  });

  it("killed in the middle of an upload, still has all it said it had, and goes on with the upload", async (t) => {
    const root = await mkdtemp(join(tmpdir(), "skiff-registry-"));
    t.after(() => rm(root, { recursive: true }));
    const start = async (): Promise<{ child: ChildProcess; ask: Registry["ask"] }> => {
      const child = fork(new URL("./testing/serve.ts", import.meta.url), [root]);
      t.after(() => void child.kill("SIGKILL"));
      const [port] = (await once(child, "message")) as [number];
      return { child, ask: asker(port) };
    };
    const first = await start();
    await push(first.ask, "a");
    const at = ((await first.ask("POST", "b/blobs/uploads/")).headers.get("location") ?? "").slice("/v2/".length);
    await first.ask("PATCH", at, layer.subarray(0, 1000));
    const cut = first.ask("PATCH", at, Buffer.alloc(50_000_000)).catch(() => undefined);
    first.child.kill("SIGKILL");
    await Promise.all([once(first.child, "exit"), cut]);
    const { ask } = await start();
    assert.equal((await ask("GET", "a/manifests/1")).status, 200);
    assert.equal(digestOf(await (await ask("GET", `a/blobs/${digestOf(layer)}`)).bytes()), digestOf(layer));
    const [, end] = /^0-(\d+)$/.exec((await ask("GET", at)).headers.get("range") ?? "") ?? [];
    assert.ok(Number(end) >= 999);
  });
});

describe("byteRange()", () => {
  const cases = [
    { when: "there is none", header: undefined, is: undefined },
    { when: "it is open", header: "bytes=3-", is: { start: 3, end: 9 } },
    { when: "it is closed", header: "bytes=3-5", is: { start: 3, end: 5 } },
    { when: "it counts from the end", header: "bytes=-4", is: { start: 6, end: 9 } },
    { when: "it goes beyond the end", header: "bytes=3-500", is: { start: 3, end: 9 } },
    { when: "it begins behind the end", header: "bytes=10-", is: "unsatisfiable" as const },
    { when: "there are several", header: "bytes=0-1,4-5", is: undefined },
  ];
  for (const { when, header, is } of cases)
    it(`of ten bytes is right when ${when}`, () => assert.deepEqual(byteRange(header, 10), is));
});
