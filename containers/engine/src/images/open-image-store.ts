import { createHash } from "node:crypto";
import { join } from "node:path";
import {
  createRegistryClient,
  digestOf,
  familiarReference,
  formatReference,
  hostPlatform,
  isUnauthorized,
  type Manifest,
  mediaTypes,
  parseManifest,
  parseReference,
  type RegistriesConfig,
  RegistryError,
} from "@skiff/registry";
import type { BlobInfo, ContentStore, Descriptor } from "../content-store.ts";
import { EngineError } from "../engine-error.ts";
import type { Exported, Image, ImageStore, OciImageConfig } from "../image-store.ts";
import { chainIdsOf } from "../layers/chain-id.ts";
import { decompressed } from "../layers/compression.ts";
import type { LayerStore } from "../layers/layer-store.ts";
import { KeyedMutex } from "../mutex.ts";
import { Downloads } from "./downloads.ts";
import { exportArchive } from "./export-archive.ts";
import { type ImageEntry, ImageIndex } from "./image-index.ts";
import { importArchive, layerDescriptor, putManifest } from "./import-archive.ts";
import { MAX_JSON, parseConfig } from "./parse-config.ts";
import { pullImage } from "./pull-image.ts";
import { pushImage } from "./push-image.ts";
import { credentialsOf } from "./registry-calls.ts";

/** What the image store asks of its neighbours. */
export interface ImageStoreDeps {
  readonly root: string;
  readonly content: ContentStore;
  readonly layers: LayerStore;
  /** Ids of images that containers were made from. */
  imagesInUse(): ReadonlySet<string>;
  /** Chain ids that writable snapshots stand on. */
  chainsInUse(): ReadonlySet<string>;
  /** How registries are reached. */
  readonly registries?: (() => Promise<RegistriesConfig>) | undefined;
}

/** Opens the images listed in `<root>/images.json`. */
export async function openImageStore(deps: ImageStoreDeps): Promise<ImageStore> {
  const { content, layers } = deps;
  const index = await ImageIndex.open(join(deps.root, "images.json"));
  const cache = new Map<string, Image>();
  /** What belongs to images that are on their way in, blobs and layer chains: not to be cleared away. */
  const arriving = new Set<Set<string>>();
  const isArriving = (id: string): boolean => [...arriving].some((hold) => hold.has(id));
  const client = createRegistryClient({ registries: deps.registries });
  const downloads = new Downloads();
  const mutex = new KeyedMutex();
  /** Nobody finds a blob stored that is about to go. */
  const drop = (digest: string): Promise<void> =>
    mutex.run(digest, async () => {
      if (!isArriving(digest)) await content.remove(digest);
    });

  const load = async ({ manifest, names }: ImageEntry): Promise<Image> => {
    const known = cache.get(manifest.digest);
    if (known) return { ...known, names };
    const found = parseManifest(await content.readAll(manifest.digest, MAX_JSON), manifest.digest) as Manifest;
    const config = parseConfig(await content.readAll(found.config.digest, MAX_JSON));
    const size = found.layers.reduce((sum, layer) => sum + layer.size, found.config.size + manifest.size);
    const created = Date.parse(config.created ?? "") || 0;
    const image = { id: found.config.digest, names, manifest, config, layers: found.layers, size, created };
    cache.set(manifest.digest, image);
    return image;
  };

  const find = (reference: string): ImageEntry[] => {
    const entries = index.entries();
    const name = normalised(reference);
    const named = name === undefined ? [] : entries.filter(({ names }) => names.includes(name));
    if (named.length > 0) return named;
    const digest = name?.split("@")[1] ?? reference;
    return entries.filter(({ manifest }) => manifest.digest === digest);
  };

  const get = async (reference: string): Promise<Image | undefined> => {
    const [entry] = find(reference);
    if (entry) return load(entry);
    const prefix = reference.replace(/^sha256:/, "");
    if (!/^[0-9a-f]{4,64}$/.test(prefix)) return undefined;
    const images = (await list()).filter(({ id }) => id.startsWith(`sha256:${prefix}`));
    const ids = new Set(images.map(({ id }) => id));
    if (ids.size > 1)
      throw new EngineError("conflict", `Cannot choose an image: ${reference} is the beginning of several ids`);
    const [first] = images;
    return first && { ...first, names: images.flatMap(({ names }) => names) };
  };

  const list = (): Promise<Image[]> => Promise.all(index.entries().map(load));

  const add = async (manifest: Descriptor, name?: string): Promise<Image> => {
    const image = await load({ manifest, names: [] });
    for (const { digest } of image.layers)
      if (!(await content.has(digest)))
        throw new EngineError("invalid", `Cannot add the image: its layer ${digest} is not stored`);
    await index.add(manifest, name === undefined ? undefined : requireName(name));
    const entry = index.entries().find((each) => each.manifest.digest === manifest.digest);
    return load(entry ?? { manifest, names: [] });
  };

  const prune: ImageStore["prune"] = async ({ keep = new Set<string>() } = {}) => {
    // A pull that is under way has blobs that nothing refers to yet.
    if (arriving.size > 0) return { freed: 0, digests: [] };
    const images = await list();
    const blobs = new Set([
      ...keep,
      ...images.flatMap((image) => [image.id, image.manifest.digest, ...image.layers.map((l) => l.digest)]),
    ]);
    const chains = new Set([
      ...keep,
      ...deps.chainsInUse(),
      ...images.flatMap((image) => chainIdsOf(image.config.rootfs.diff_ids)),
    ]);
    for (const id of [...chains]) for (let at = layers.get(id); at; at = layers.get(at.parent)) chains.add(at.chainId);
    for (const { chainId } of layers.list()) if (!chains.has(chainId)) await layers.remove(chainId);
    const dead = (await content.list()).filter(({ digest }) => !blobs.has(digest));
    for (const { digest } of dead) await content.remove(digest);
    return { freed: dead.reduce((sum, { size }) => sum + size, 0), digests: dead.map(({ digest }) => digest) };
  };

  const discard = async (image: Image, keep: ReadonlySet<string>): Promise<string[]> => {
    cache.delete(image.manifest.digest);
    const others = await list();
    const blobs = new Set(
      others.flatMap((other) => [other.id, other.manifest.digest, ...other.layers.map((l) => l.digest)]),
    );
    const chains = new Set([
      ...deps.chainsInUse(),
      ...others.flatMap((other) => chainIdsOf(other.config.rootfs.diff_ids)),
    ]);
    for (const id of [...chains]) for (let at = layers.get(id); at; at = layers.get(at.parent)) chains.add(at.chainId);
    const removed: string[] = [];
    for (const chain of chainIdsOf(image.config.rootfs.diff_ids).reverse()) {
      const isParent = layers.list().some(({ parent }) => parent === chain);
      if (chains.has(chain) || isParent || isArriving(chain)) continue;
      if (layers.get(chain)) await layers.remove(chain);
      removed.push(chain);
    }
    const dead = [image.manifest.digest, image.id, ...image.layers.map(({ digest }) => digest)].filter(
      (d) => !blobs.has(d) && !keep.has(d),
    );
    for (const digest of dead) await drop(digest);
    return [...(dead.includes(image.id) ? [image.id] : []), ...removed];
  };

  const whileArriving = async <T>(body: (hold: Set<string>) => Promise<T>): Promise<T> => {
    const hold = new Set<string>();
    arriving.add(hold);
    try {
      return await body(hold);
    } finally {
      arriving.delete(hold);
    }
  };

  const put = async (
    { config, layers: descriptors, name }: Parameters<ImageStore["put"]>[0],
    hold: Set<string>,
  ): Promise<Image> => {
    if (config.rootfs.diff_ids.length !== descriptors.length)
      throw new EngineError(
        "invalid",
        `Cannot make the image: ${descriptors.length} layers but ${config.rootfs.diff_ids.length} diff ids`,
      );
    const bytes = Buffer.from(JSON.stringify(config));
    parseConfig(bytes);
    const store = async (blob: Buffer): Promise<BlobInfo> => {
      const digest = digestOf(blob);
      hold.add(digest);
      // A rebuild that changes nothing gives what is there: no disk has to be waited for.
      const isStored = await mutex.run(digest, () => content.has(digest));
      return isStored ? { digest, size: blob.byteLength } : content.ingest([blob]);
    };
    const stored = await store(bytes);
    return add(await putManifest(store, { mediaType: mediaTypes.OCI_CONFIG, ...stored }, descriptors), name);
  };

  return {
    get,
    list,
    prune,
    put: (o) => whileArriving((hold) => put(o, hold)),
    tag: (reference, manifest) => add(manifest, reference),
    async remove(reference, { force = false, keep = new Set<string>() } = {}) {
      const image = await get(reference);
      if (!image) throw new EngineError("not-found", `No such image: ${reference}`);
      const name = normalised(reference);
      const byName = name !== undefined && image.names.includes(name);
      const untagged = byName ? [name, ...pinnedAlone(image.names, name)] : image.names;
      const last = untagged.length === image.names.length;
      const inUse = deps.imagesInUse().has(image.id);
      if (inUse && !byName && !force)
        throw new EngineError("conflict", `Cannot remove image ${reference}: a container uses it`);
      const alike = index.entries().filter(({ manifest }) => cache.get(manifest.digest)?.id === image.id);
      const forget = last && !inUse ? new Set(alike.map(({ manifest }) => manifest.digest)) : new Set<string>();
      await index.remove(new Set(untagged), forget);
      const deleted: string[] = [];
      for (const { manifest } of alike)
        if (forget.has(manifest.digest)) deleted.push(...(await discard({ ...image, manifest }, keep)));
      return { untagged: [...untagged], deleted: deleted.includes(image.id) ? deleted : [] };
    },
    pull: (reference, options = {}) =>
      whileArriving(async (hold) => {
        const name = requireName(reference);
        const isStored = (digest: string) => mutex.run(digest, () => content.has(digest));
        const pulling = { content, client, downloads, hold, isStored };
        const { manifest, pinned } = await pullImage(pulling, reference, options);
        if (pinned !== name) await add(manifest, pinned);
        return add(manifest, name);
      }),
    async login(registry, auth, signal) {
      try {
        await client.login(registry, credentialsOf(auth) ?? { username: "", password: "" }, { signal });
      } catch (error) {
        if (!(error instanceof RegistryError)) throw error;
        throw new EngineError(isUnauthorized(error) ? "unauthorized" : "unavailable", error.message, { cause: error });
      }
    },
    async push(reference, options = {}) {
      const name = requireName(reference);
      const image = await get(name);
      if (!image)
        throw new EngineError("not-found", `An image does not exist locally with the tag: ${familiarName(name)}`);
      const { registry } = parseReference(name);
      const images = await list();
      const holders = (digest: string): string[] =>
        images
          .filter(({ id, layers }) => id !== image.id && layers.some((layer) => layer.digest === digest))
          .flatMap(({ names }) => names.map(parseReference))
          .filter((other) => other.registry === registry)
          .map(({ repository }) => repository);
      return pushImage(content, image, name, options, client, holders);
    },
    async exportArchive(wanted) {
      const exported: Exported[] = [];
      for (const reference of wanted) {
        if (typeof reference !== "string") {
          exported.push(reference);
          continue;
        }
        const image = await get(reference);
        if (!image) throw new EngineError("not-found", `No such image: ${reference}`);
        const name = normalised(reference);
        const tags = image.names.filter((each) => !each.includes("@"));
        exported.push({ image, names: name !== undefined && image.names.includes(name) ? [name] : tags });
      }
      return exportArchive(content, exported);
    },
    importArchive: (tar, { name, signal } = {}) =>
      whileArriving(async () => {
        const stored = new Set<string>();
        const images: Image[] = [];
        try {
          for (const found of await importArchive(content, tar, stored, signal)) {
            const names = found.names.length > 0 ? found.names : [name];
            for (const each of names) {
              const image = await add(found.manifest, each);
              images.push({ ...image, names: each === undefined ? [] : [requireName(each)] });
            }
          }
          if (images.length === 0) throw new EngineError("invalid", "Cannot import the archive: it holds no image");
          return images;
        } finally {
          const all = await list();
          const wanted = new Set(
            all.flatMap((image) => [image.id, image.manifest.digest, ...image.layers.map((l) => l.digest)]),
          );
          for (const digest of stored) if (!wanted.has(digest)) await drop(digest);
        }
      }),
    importRootfs: (tar, { name, config = {}, labels, comment, platform = hostPlatform(), signal }) =>
      whileArriving(async (hold) => {
        requireName(name);
        const blob = await content.ingest(tar, {}, signal);
        const layer = await layerDescriptor(content, blob);
        const diffId = layer.mediaType === mediaTypes.OCI_LAYER ? blob.digest : await diffIdOf(content, blob.digest);
        const created = new Date().toISOString();
        const image: OciImageConfig = {
          ...{ os: platform.os, architecture: platform.architecture },
          ...(platform.variant === undefined ? {} : { variant: platform.variant }),
          created,
          config: { ...config, ...(labels ? { Labels: { ...config.Labels, ...labels } } : {}) },
          rootfs: { type: "layers", diff_ids: [diffId] },
          history: [{ created, comment }],
        };
        return put({ config: image, layers: [layer], name }, hold);
      }),
  };
}

/** The names by digest that are left without a tag of their repository when `name` goes: they go with it. */
function pinnedAlone(names: readonly string[], name: string): string[] {
  const repositoryOf = (text: string) => {
    const { registry, repository } = parseReference(text);
    return `${registry}/${repository}`;
  };
  const alike = names.filter((other) => other !== name && repositoryOf(other) === repositoryOf(name));
  return alike.some((other) => !other.includes("@")) ? [] : alike;
}

async function diffIdOf(content: ContentStore, digest: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of decompressed(content.read(digest))) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}

/** The complete form of a name, or undefined when the text cannot be one. */
function normalised(reference: string): string | undefined {
  try {
    return formatReference(parseReference(reference));
  } catch (error) {
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
}

function requireName(reference: string): string {
  try {
    return formatReference(parseReference(reference));
  } catch (error) {
    if (error instanceof RegistryError) throw new EngineError("invalid", error.message, { cause: error });
    throw error;
  }
}

/** The short form people know an image's name by. */
export function familiarName(name: string): string {
  return familiarReference(parseReference(name));
}
