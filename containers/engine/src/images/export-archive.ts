/** Images as a tar that is an OCI image layout, and that `docker load` of any version reads. */
import { pipeline } from "node:stream/promises";
import { formatReference, parseReference } from "@skiff/registry";
import { type Pack, pack } from "tar-stream";
import type { ContentStore } from "../content-store.ts";
import type { Exported } from "../image-store.ts";
import { familiarName } from "./open-image-store.ts";

/** Writes the archive; blobs that images share are in it once. */
export async function* exportArchive(content: ContentStore, exported: readonly Exported[]): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const writing = write(archive, content, exported).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  yield* archive as AsyncIterable<Uint8Array>;
  await writing;
}

async function write(archive: Pack, content: ContentStore, exported: readonly Exported[]): Promise<void> {
  const blobs = new Set<string>();
  for (const { image } of exported)
    for (const digest of [image.manifest.digest, image.id, ...image.layers.map((layer) => layer.digest)])
      blobs.add(digest);
  for (const directory of ["blobs/", "blobs/sha256/"])
    await put(archive, { name: directory, type: "directory", mode: 0o755 });
  for (const digest of [...blobs].sort()) {
    const { size } = await content.info(digest);
    const entry = archive.entry({ ...FIXED, name: pathOf(digest), size });
    await pipeline(content.read(digest), entry);
  }
  const manifests = exported.flatMap(({ image, names }) =>
    (names.length === 0 ? [undefined] : names).map((name) => ({
      ...image.manifest,
      ...(name === undefined ? {} : { annotations: annotationsOf(name) }),
    })),
  );
  await putJson(archive, "index.json", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests,
  });
  await putJson(
    archive,
    "manifest.json",
    exported.map(({ image, names }) => ({
      Config: pathOf(image.id),
      RepoTags: names.map(familiarName),
      Layers: image.layers.map(({ digest }) => pathOf(digest)),
    })),
  );
  await putJson(archive, "oci-layout", { imageLayoutVersion: "1.0.0" });
}

/** The same for every archive of the same images. */
const FIXED = { mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };

function pathOf(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function annotationsOf(name: string): Record<string, string> {
  const { tag = "" } = parseReference(name);
  return {
    "io.containerd.image.name": formatReference(parseReference(name)),
    "org.opencontainers.image.ref.name": tag,
  };
}

function putJson(archive: Pack, name: string, value: unknown): Promise<void> {
  return put(archive, { name }, Buffer.from(JSON.stringify(value)));
}

function put(
  archive: Pack,
  header: { readonly name: string; readonly type?: "directory"; readonly mode?: number },
  body: Buffer = Buffer.alloc(0),
): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ ...FIXED, ...header, size: body.byteLength }, body, (error) => (error ? reject(error) : resolve()));
  });
}
