/** Reads images out of a tar: a `docker save` archive, or an OCI image layout. */
import { posix } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Manifest, mediaTypes, parseManifest } from "@skiff/registry";
import { extract } from "tar-stream";
import type { BlobInfo, ContentStore, Descriptor } from "../content-store.ts";
import { EngineError } from "../engine-error.ts";
import { decompressed } from "../layers/compression.ts";
import { MAX_JSON, parseConfig } from "./parse-config.ts";

const MAX_FILES = 10_000;
const MAX_DEPTH = 4;
const NAME_ANNOTATIONS = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/** An image found in an archive, with the names the archive gives it. Its blobs are stored. */
export interface ArchivedImage {
  readonly manifest: Descriptor;
  readonly names: readonly string[];
}

/** Stores what the archive holds and gives its images. `stored` gets the digests of all its files, wanted or not. */
export async function importArchive(
  content: ContentStore,
  tar: AsyncIterable<Uint8Array>,
  stored: Set<string>,
  signal?: AbortSignal,
): Promise<ArchivedImage[]> {
  const files = await storeFiles(content, tar, stored, signal);
  const manifest = files.get("manifest.json");
  if (manifest) return dockerArchive(content, files, await readJsonBlob(content, manifest.digest, "manifest.json"));
  const index = files.get("index.json");
  if (index) return ociLayout(content, await content.readAll(index.digest, MAX_JSON), [], 0);
  throw new EngineError("invalid", "Cannot import the archive: it has neither a manifest.json nor an index.json");
}

async function storeFiles(
  content: ContentStore,
  tar: AsyncIterable<Uint8Array>,
  stored: Set<string>,
  signal: AbortSignal | undefined,
): Promise<Map<string, BlobInfo>> {
  const files = new Map<string, BlobInfo>();
  const links = new Map<string, string>();
  const archive = extract();
  const reading = (async () => {
    for await (const entry of archive) {
      if (files.size + links.size >= MAX_FILES)
        throw new EngineError("too-large", "Cannot import the archive: too many files");
      const { name, type, linkname } = entry.header;
      const path = posix.normalize(`/${name}`).slice(1);
      if (type === "file") {
        const info = await content.ingest(entry as AsyncIterable<Uint8Array>, {}, signal);
        stored.add(info.digest);
        files.set(path, info);
      } else if ((type === "symlink" || type === "link") && linkname) {
        // Old archives name a layer that two images share once, and link to it.
        links.set(
          path,
          posix.normalize(`/${type === "link" ? linkname : posix.join(posix.dirname(path), linkname)}`).slice(1),
        );
      }
      entry.resume();
    }
  })();
  await Promise.all([pipeline(Readable.from(decompressed(tar), { objectMode: false }), archive), reading]);
  for (const [path, target] of links) {
    const found = files.get(target);
    if (found) files.set(path, found);
  }
  return files;
}

async function dockerArchive(
  content: ContentStore,
  files: ReadonlyMap<string, BlobInfo>,
  manifest: unknown,
): Promise<ArchivedImage[]> {
  if (!Array.isArray(manifest))
    throw new EngineError("invalid", "Cannot import the archive: manifest.json is not a list");
  const images: ArchivedImage[] = [];
  for (const each of manifest as unknown[]) {
    const item = Object(each) as { Config?: unknown; Layers?: unknown; RepoTags?: unknown };
    const file = (name: unknown): BlobInfo => {
      const found = typeof name === "string" ? files.get(posix.normalize(`/${name}`).slice(1)) : undefined;
      if (found) return found;
      throw new EngineError("invalid", `Cannot import the archive: it lacks the file ${JSON.stringify(name)}`);
    };
    const config = file(item.Config);
    const paths = Array.isArray(item.Layers) ? item.Layers : [];
    const { rootfs } = parseConfig(await content.readAll(config.digest, MAX_JSON));
    if (rootfs.diff_ids.length !== paths.length)
      throw new EngineError(
        "invalid",
        "Cannot import the archive: the number of layers differs from the configuration's",
      );
    const layers: Descriptor[] = [];
    for (const path of paths) layers.push(await layerDescriptor(content, file(path)));
    const tags = Array.isArray(item.RepoTags) ? item.RepoTags.filter((tag) => typeof tag === "string") : [];
    images.push({
      manifest: await putManifest(
        (bytes) => content.ingest([bytes]),
        { mediaType: mediaTypes.OCI_CONFIG, ...config },
        layers,
      ),
      names: tags,
    });
  }
  return images;
}

/** Describes a stored layer; its media type follows from its first bytes. */
export async function layerDescriptor(content: ContentStore, { digest, size }: BlobInfo): Promise<Descriptor> {
  let head = Buffer.alloc(0);
  for await (const chunk of content.read(digest)) {
    head = Buffer.concat([head, chunk as Buffer]);
    if (head.length >= 4) break;
  }
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const zstd = head[0] === 0x28 && head[1] === 0xb5;
  const mediaType = gzip ? mediaTypes.OCI_LAYER_GZIP : zstd ? mediaTypes.OCI_LAYER_ZSTD : mediaTypes.OCI_LAYER;
  return { mediaType, digest, size };
}

/** Stores a manifest over a configuration and layers, and gives its descriptor. */
export async function putManifest(
  store: (bytes: Buffer) => Promise<BlobInfo>,
  config: Descriptor,
  layers: readonly Descriptor[],
): Promise<Descriptor> {
  const manifest: Manifest = { schemaVersion: 2, mediaType: mediaTypes.OCI_MANIFEST, config, layers };
  const { digest, size } = await store(Buffer.from(JSON.stringify(manifest)));
  return { mediaType: mediaTypes.OCI_MANIFEST, digest, size };
}

async function ociLayout(
  content: ContentStore,
  bytes: Buffer,
  inherited: readonly string[],
  depth: number,
): Promise<ArchivedImage[]> {
  if (depth > MAX_DEPTH) throw new EngineError("invalid", "Cannot import the archive: its indexes are nested too deep");
  const index = parseManifest(bytes, "the archive");
  if (!("manifests" in index))
    throw new EngineError("invalid", "Cannot import the archive: index.json is not an index");
  const images: ArchivedImage[] = [];
  for (const descriptor of index.manifests) {
    // An index may name platforms that the archive does not carry.
    if (!(await content.has(descriptor.digest))) continue;
    const name = NAME_ANNOTATIONS.map((key) => descriptor.annotations?.[key]).find(Boolean);
    const names = name === undefined ? inherited : [name];
    if (mediaTypes.isIndex(descriptor.mediaType))
      images.push(...(await ociLayout(content, await content.readAll(descriptor.digest, MAX_JSON), names, depth + 1)));
    else if (mediaTypes.isManifest(descriptor.mediaType)) {
      const { mediaType, digest, size } = descriptor;
      images.push({ manifest: { mediaType, digest, size }, names });
    }
  }
  return images;
}

async function readJsonBlob(content: ContentStore, digest: string, what: string): Promise<unknown> {
  const text = (await content.readAll(digest, MAX_JSON)).toString("utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new EngineError("invalid", `Cannot import the archive: ${what} is not JSON`);
  }
}
