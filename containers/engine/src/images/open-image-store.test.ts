import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { busyboxImage, throwawayEngine } from "../testing/index.ts";

const digest = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function tarOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function savedImage(): Promise<{ layer: Buffer; config: Buffer }> {
  const layer = await tarOf({ hello: "world" });
  const config = {
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${digest(layer)}`] },
  };
  return { layer, config: Buffer.from(JSON.stringify(config)) };
}

describe("ImageStore.importArchive()", () => {
  it("reads what docker save writes, under the names it carries", async (t) => {
    const { engine } = await throwawayEngine(t);
    const { layer, config } = await savedImage();
    const manifest = JSON.stringify([{ Config: "c.json", RepoTags: ["a/b:1", "c"], Layers: ["l/layer.tar"] }]);
    const tar = await tarOf({ "manifest.json": manifest, "c.json": config, "l/layer.tar": layer, unused: "dropped" });
    await engine.images.importArchive(once(gzipSync(tar)));
    const image = await engine.images.get("a/b:1");
    assert.equal(image?.id, `sha256:${digest(config)}`);
    assert.deepEqual(image?.names, ["docker.io/a/b:1", "docker.io/library/c:latest"]);
    assert.equal(await engine.content.has(`sha256:${digest(Buffer.from("dropped"))}`), false);
    assert.equal(await engine.snapshots.unpack(image), `sha256:${digest(layer)}`);
  });

  it("reads an OCI layout, under the name it is given when it carries none", async (t) => {
    const { engine } = await throwawayEngine(t);
    const { layer, config } = await savedImage();
    const zipped = gzipSync(layer);
    const describe = (mediaType: string, bytes: Buffer) => ({
      mediaType,
      digest: `sha256:${digest(bytes)}`,
      size: bytes.length,
    });
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: describe("application/vnd.oci.image.config.v1+json", config),
        layers: [describe("application/vnd.oci.image.layer.v1.tar+gzip", zipped)],
      }),
    );
    const index = { schemaVersion: 2, manifests: [describe("application/vnd.oci.image.manifest.v1+json", manifest)] };
    const blobs = Object.fromEntries(
      [config, zipped, manifest].map((bytes) => [`blobs/sha256/${digest(bytes)}`, bytes]),
    );
    const tar = await tarOf({ "oci-layout": "{}", "index.json": JSON.stringify(index), ...blobs });
    const [image] = await engine.images.importArchive(once(tar), { name: "given" });
    assert.deepEqual(image?.names, ["docker.io/library/given:latest"]);
  });

  it("keeps nothing of an archive that is no image", async (t) => {
    const { engine } = await throwawayEngine(t);
    await assert.rejects(engine.images.importArchive(once(await tarOf({ a: "b" }))), { code: "invalid" });
    assert.deepEqual(await engine.content.list(), []);
  });
});

describe("ImageStore.remove()", () => {
  it("refuses by id while a container uses the image, and takes a name away all the same", async (t) => {
    const { engine } = await throwawayEngine(t);
    const { id } = await busyboxImage(engine);
    await engine.containers.create({ root: { image: "busybox" }, name: "user" });
    await assert.rejects(engine.images.remove(id), { code: "conflict" });
    assert.deepEqual(await engine.images.remove("busybox"), {
      untagged: ["docker.io/library/busybox:latest"],
      deleted: [],
    });
    await engine.containers.start("user");
  });
});
