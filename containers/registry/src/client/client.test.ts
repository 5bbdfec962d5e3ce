import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Descriptor, Manifest } from "../descriptor.ts";
import { digestOf } from "../digest.ts";
import { isNotFound, isUnauthorized, isUnreachable, RegistryError } from "../errors.ts";
import { DOCKER_MANIFEST, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST } from "../media-types.ts";
import { parseReference } from "../reference.ts";
import { startRegistryServer } from "../server/server.ts";
import { createRegistryClient } from "./client.ts";

const layer = Buffer.alloc(300_000, "layer");
const config = Buffer.from("{}");
const layerDescriptor: Descriptor = { mediaType: OCI_LAYER, digest: digestOf(layer), size: layer.byteLength };
const configDescriptor: Descriptor = { mediaType: OCI_CONFIG, digest: digestOf(config), size: config.byteLength };
const manifest: Manifest = {
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: configDescriptor,
  layers: [layerDescriptor],
};
const manifestBytes = Buffer.from(JSON.stringify(manifest));

async function* bytes(buffer: Buffer): AsyncGenerator<Uint8Array> {
  yield buffer;
}

async function read(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function startRegistry(t: TestContext): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "skiff-registry-"));
  const server = await startRegistryServer({ root });
  t.after(async () => {
    await server[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });
  return `127.0.0.1:${server.port}`;
}

async function startHttp(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("RegistryClient", () => {
  it("pulls what it pushed, byte for byte", async (t) => {
    const host = await startRegistry(t);
    const client = createRegistryClient();
    const reference = parseReference(`${host}/team/app:1`);
    assert.equal(await client.pushBlob(reference, layerDescriptor, () => bytes(layer)), "sent");
    assert.equal(await client.pushBlob(reference, layerDescriptor, () => bytes(layer)), "exists");
    await client.pushBlob(reference, configDescriptor, () => bytes(config));
    await client.pushManifest(reference, manifest, manifestBytes);

    const fetched = await client.fetchManifest(reference);
    assert.deepEqual(fetched.descriptor, {
      mediaType: OCI_MANIFEST,
      digest: digestOf(manifestBytes),
      size: manifestBytes.byteLength,
    });
    assert.deepEqual(Buffer.from(fetched.bytes), manifestBytes);
    assert.deepEqual(await read(client.fetchBlob(reference, layerDescriptor)), layer);
    const pinned = await client.fetchManifest(parseReference(`${host}/team/app@${digestOf(manifestBytes)}`));
    assert.equal(pinned.descriptor.digest, fetched.descriptor.digest);
  });

  it("refuses to store a manifest whose blobs are missing", async (t) => {
    const reference = parseReference(`${await startRegistry(t)}/a`);
    await assert.rejects(
      createRegistryClient().pushManifest(reference, manifest, manifestBytes),
      /blob unknown to registry/,
    );
  });

  it("tells an unknown image, a refusal and an absent registry apart", async (t) => {
    const client = createRegistryClient();
    const host = await startRegistry(t);
    await assert.rejects(client.fetchManifest(parseReference(`${host}/none`)), isNotFound);
    const closed = await startHttp(t, (_, response) =>
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end(),
    );
    await assert.rejects(client.fetchManifest(parseReference(`${closed}/none`)), isUnauthorized);
    await assert.rejects(client.fetchManifest(parseReference("127.0.0.1:1/none")), isUnreachable);
  });

  it("gets a bearer token with its login and uses it for what follows", async (t) => {
    const seen: string[] = [];
    const host = await startHttp(t, (request, response) => {
      seen.push(`${request.url?.split("?")[0]} ${request.headers.authorization ?? "-"}`);
      if (request.url?.startsWith("/token?")) {
        assert.equal(new URL(request.url, "http://x").searchParams.get("scope"), "repository:a:pull");
        response.end(JSON.stringify({ token: "t1", expires_in: 300 }));
      } else if (request.headers.authorization === "Bearer t1") {
        response.setHeader("content-type", DOCKER_MANIFEST);
        response.end(manifestBytes);
      } else {
        const challenge = `Bearer realm="http://${request.headers.host}/token",service="s",scope="repository:a:pull"`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      }
    });
    const client = createRegistryClient({ credentials: async () => ({ username: "u", password: "p" }) });
    await client.fetchManifest(parseReference(`${host}/a`));
    await client.fetchManifest(parseReference(`${host}/a`));
    assert.deepEqual(seen, [
      "/v2/a/manifests/latest -",
      "/token Basic dTpw",
      "/v2/a/manifests/latest Bearer t1",
      "/v2/a/manifests/latest Bearer t1",
    ]);
  });

  it("does not take its authorization along to another host", async (t) => {
    let leaked: IncomingMessage["headers"]["authorization"];
    const storage = await startHttp(t, (request, response) => {
      leaked = request.headers.authorization;
      response.end(layer);
    });
    const host = await startHttp(t, (request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { "www-authenticate": "Basic" }).end();
      else response.writeHead(307, { location: `http://${storage}/blob` }).end();
    });
    const client = createRegistryClient();
    const auth = { username: "u", password: "p" };
    assert.deepEqual(await read(client.fetchBlob(parseReference(`${host}/a`), layerDescriptor, { auth })), layer);
    assert.equal(leaked, undefined);
  });

  it("resumes a blob where its transfer broke", async (t) => {
    const ranges: (string | undefined)[] = [];
    const half = layer.byteLength / 2;
    const host = await startHttp(t, (request, response) => {
      ranges.push(request.headers.range);
      if (request.headers.range === undefined) {
        response.writeHead(200, { "content-length": String(layer.byteLength) });
        response.write(layer.subarray(0, half), () => response.destroy());
      } else {
        response.writeHead(206).end(layer.subarray(Number(/\d+/.exec(request.headers.range))));
      }
    });
    assert.deepEqual(await read(createRegistryClient().fetchBlob(parseReference(`${host}/a`), layerDescriptor)), layer);
    assert.deepEqual(ranges, [undefined, `bytes=${half}-`]);
  });

  it("fails at the end of a blob that is not what its digest says", async (t) => {
    const host = await startHttp(t, (_, response) => response.end(Buffer.alloc(layer.byteLength)));
    const blob = createRegistryClient().fetchBlob(parseReference(`${host}/a`), layerDescriptor);
    await assert.rejects(read(blob), (error) => error instanceof RegistryError && error.code === "DIGEST_INVALID");
  });

  it("gives up on a registry that stops sending", async (t) => {
    const host = await startHttp(t, (_, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.flushHeaders();
    });
    const blob = createRegistryClient({ idleTimeout: 50 }).fetchBlob(parseReference(`${host}/a`), {
      ...layerDescriptor,
      size: 10,
    });
    await assert.rejects(read(blob), isUnreachable);
  });
});
