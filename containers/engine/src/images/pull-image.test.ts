import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { digestOf, mediaTypes } from "@skiff/registry";
import { pack } from "tar-stream";
import { type TestContext, throwawayEngine } from "../testing/index.ts";

async function layerOf(files: Readonly<Record<string, Buffer>>): Promise<{ blob: Buffer; diffId: string }> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  const plain = Buffer.concat(chunks);
  return { blob: gzipSync(plain, { level: 0 }), diffId: digestOf(plain) };
}

/** A registry with one image "app:1" of one layer of a megabyte; `onLayer` may answer for its layer. */
async function registry(
  t: TestContext,
  onLayer: (request: IncomingMessage, response: ServerResponse, layer: Buffer) => void = (_, response, layer) =>
    void response.end(layer),
) {
  const { blob, diffId } = await layerOf({ data: Buffer.alloc(1 << 20, "data") });
  const config = Buffer.from(
    JSON.stringify({ os: "linux", architecture: "amd64", rootfs: { type: "layers", diff_ids: [diffId] } }),
  );
  const part = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.OCI_MANIFEST,
      config: part(mediaTypes.OCI_CONFIG, config),
      layers: [part(mediaTypes.OCI_LAYER_GZIP, blob)],
    }),
  );
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.OCI_INDEX,
      manifests: [
        {
          ...part(mediaTypes.OCI_MANIFEST, Buffer.from("another's")),
          platform: { os: "linux", architecture: "s390x" },
        },
        { ...part(mediaTypes.OCI_MANIFEST, manifest), platform: { os: "linux", architecture: "amd64" } },
        { ...part(mediaTypes.OCI_MANIFEST, manifest), platform: { os: "linux", architecture: "arm64" } },
      ],
    }),
  );
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    asked.push(`${url.slice("/v2/app/".length, 40)} ${request.headers.range ?? ""}`.trim());
    if (url.endsWith(digestOf(blob))) onLayer(request, response, blob);
    else if (url.endsWith(digestOf(config))) response.end(config);
    else if (url.endsWith(digestOf(manifest))) response.end(manifest);
    else response.end(index);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const layers = () => asked.filter((each) => each.startsWith(`blobs/${digestOf(blob)}`.slice(0, 20)));
  const layerRequests = () => layers().filter((each) => each.includes(digestOf(blob).slice(0, 20)));
  return { name: `127.0.0.1:${(server.address() as AddressInfo).port}/app:1`, blob, index, layerRequests };
}

describe("ImageStore.pull()", () => {
  it("takes this machine's image out of an index, and knows it by its tag and by the index's digest", async (t) => {
    const { name, index } = await registry(t);
    const { engine } = await throwawayEngine(t);
    const image = await engine.images.pull(name);
    assert.deepEqual(image.names, [`${name.slice(0, -2)}@${digestOf(index)}`, name]);
    assert.equal((await engine.images.remove(name)).untagged.length, 2);
    assert.deepEqual(await engine.images.list(), []);
  });

  it("downloads a layer once for pulls that come together, also when one of them is given up", async (t) => {
    const held = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const { name, layerRequests } = await registry(t, (_, response, layer) => {
      response.write(layer.subarray(0, 1000), () => started.resolve());
      void held.promise.then(() => response.end(layer.subarray(1000)));
    });
    const { engine } = await throwawayEngine(t);
    const stop = new AbortController();
    const first = engine.images.pull(name, { signal: stop.signal });
    const second = engine.images.pull(name);
    await started.promise;
    const third = engine.images.pull(name);
    stop.abort(new Error("given up"));
    await assert.rejects(first, /given up/);
    held.resolve();
    assert.equal((await second).id, (await third).id);
    assert.equal(layerRequests().length, 1);
  });

  it("goes on with a download that broke off, in a later pull and after a crash", async (t) => {
    let broken = true;
    const { name, blob, layerRequests } = await registry(t, (request, response, layer) => {
      const start = Number(/\d+/.exec(request.headers.range ?? "0"));
      response.writeHead(start > 0 ? 206 : 200, { "content-length": layer.length - start });
      if (!broken) return void response.end(layer.subarray(start));
      response.write(layer.subarray(start, Math.max(start, layer.length / 2)), () => response.destroy());
    });
    const { engine, reopen } = await throwawayEngine(t);
    await assert.rejects(engine.images.pull(name), { code: "unavailable" });
    assert.ok(((await engine.content.partial(digestOf(blob)))?.size ?? 0) > 0);
    broken = false;
    const again = await reopen();
    await again.images.pull(name);
    assert.match(layerRequests().at(-1) ?? "", /bytes=[1-9]/);
    assert.equal(await again.content.partial(digestOf(blob)), undefined);
  });

  it("does not trust what an earlier download left", async (t) => {
    const { name, blob } = await registry(t, (request, response, layer) => {
      const start = Number(/\d+/.exec(request.headers.range ?? "0"));
      response.writeHead(start > 0 ? 206 : 200).end(layer.subarray(start));
    });
    const { engine } = await throwawayEngine(t);
    const wrong = async function* () {
      yield Buffer.alloc(5000);
      throw new Error("broke off");
    };
    const digest = digestOf(blob);
    await assert.rejects(engine.content.ingest(wrong(), { digest, size: blob.length, keep: true }), /broke off/);
    await engine.images.pull(name);
    assert.equal(await engine.content.has(digest), true);
  });

  it("unpacks while it pulls", async (t) => {
    const { name } = await registry(t);
    const { engine } = await throwawayEngine(t);
    let chain = "";
    await engine.images.pull(name, {
      meanwhile: async (image, ready) => {
        chain = await engine.snapshots.unpack(image, undefined, undefined, ready);
      },
    });
    assert.equal(await engine.snapshots.has(chain), true);
  });
});
