import {
  formatReference,
  hostPlatform,
  type Index,
  type Manifest,
  mediaTypes,
  type Platform,
  parsePlatform,
  parseReference,
  type Reference,
  type RegistryClient,
  RegistryError,
  selectPlatform,
} from "@skiff/registry";
import type { ContentStore, Descriptor } from "../content-store.ts";
import { EngineError } from "../engine-error.ts";
import type { Image, PullOptions } from "../image-store.ts";
import { chainIdsOf } from "../layers/chain-id.ts";
import type { Downloads } from "./downloads.ts";
import { MAX_JSON, parseConfig } from "./parse-config.ts";
import { asEngineError, credentialsOf } from "./registry-calls.ts";

const LAYERS_AT_ONCE = 4;
const MAX_LAYERS = 512;

export interface PullDeps {
  readonly content: ContentStore;
  readonly client: RegistryClient;
  readonly downloads: Downloads;
  /** Gets what must not be cleared away while the pull runs: digests of blobs, and ids of layer chains. */
  readonly hold: Set<string>;
  /** Whether a blob is stored; not asked while it is being removed. */
  isStored(digest: string): Promise<boolean>;
}

/** Fetches an image's manifest and the blobs that are not stored yet. `pinned` is its name by the digest that was found. */
export async function pullImage(
  deps: PullDeps,
  reference: string,
  options: PullOptions,
): Promise<{ readonly manifest: Descriptor; readonly pinned: string }> {
  try {
    return await pull(deps, reference, options);
  } catch (error) {
    if (error instanceof RegistryError) throw asEngineError(error, "pull", reference);
    throw error;
  }
}

async function pull(deps: PullDeps, reference: string, options: PullOptions) {
  const { content, hold } = deps;
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const parsed = parseReference(reference);
  const { registry, repository } = parsed;
  const { manifest: found, digest: pinned } = await findManifest(deps.client, parsed, reference, options);
  const { config, layers } = found.content as Manifest;
  if (layers.length > MAX_LAYERS) throw new EngineError("invalid", `Cannot pull ${reference}: ${layers.length} layers`);
  if (config.size > MAX_JSON)
    throw new EngineError("too-large", `Cannot pull ${reference}: its configuration is too large`);
  for (const { digest } of [found.descriptor, config, ...layers]) hold.add(digest);
  for (const layer of layers)
    options.progress?.({ digest: layer.digest, status: "waiting", current: 0, total: layer.size });
  const arrivals = new Map([config, ...layers].map(({ digest }) => [digest, Promise.withResolvers<void>()]));
  for (const { promise } of arrivals.values()) promise.catch(() => undefined); // told by the worker, too
  const next = [config, ...layers][Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const descriptor of next) {
      const arrival = arrivals.get(descriptor.digest);
      try {
        await fetchBlob(deps, parsed, descriptor, { ...options, signal });
        arrival?.resolve();
      } catch (error) {
        arrival?.reject(error);
        stop.abort(error);
        throw error;
      }
    }
  };
  const unpack = async (): Promise<void> => {
    const ready = async (digest: string) => arrivals.get(digest)?.promise;
    await ready(config.digest);
    const parts = parseConfig(await content.readAll(config.digest, MAX_JSON));
    for (const chain of chainIdsOf(parts.rootfs.diff_ids)) hold.add(chain);
    if (parts.rootfs.diff_ids.length !== layers.length)
      throw new EngineError(
        "invalid",
        `Cannot pull ${reference}: its configuration has another number of layers than its manifest`,
      );
    const image: Image = {
      ...{ id: config.digest, names: [], manifest: found.descriptor, config: parts, layers },
      ...{ size: layers.reduce((sum, { size }) => sum + size, config.size), created: 0 },
    };
    await options.meanwhile?.(image, ready);
  };
  const work = [...Array.from({ length: LAYERS_AT_ONCE }, worker), unpack()];
  const ended = await Promise.allSettled(
    work.map((each) =>
      each.catch((error: unknown) => {
        stop.abort(error);
        throw error;
      }),
    ),
  );
  const failed = ended.find((each) => each.status === "rejected");
  options.signal?.throwIfAborted();
  if (failed) throw stop.signal.reason ?? failed.reason;
  await content.ingest([found.bytes], found.descriptor, signal);
  return { manifest: found.descriptor, pinned: formatReference({ registry, repository, digest: pinned }) };
}

async function findManifest(client: RegistryClient, parsed: Reference, reference: string, options: PullOptions) {
  const call = { auth: credentialsOf(options.auth), signal: options.signal };
  const wanted: Platform = options.platform === undefined ? hostPlatform() : parsePlatform(options.platform);
  const first = await client.fetchManifest(parsed, call);
  let manifest = first;
  // An index of indexes is as deep as it goes.
  for (let depth = 0; mediaTypes.isIndex(manifest.descriptor.mediaType); depth++) {
    if (depth === 2) throw new EngineError("invalid", `Cannot pull ${reference}: its indexes are nested too deep`);
    const { digest } = selectPlatform(manifest.content as Index, wanted, reference);
    manifest = await client.fetchManifest({ registry: parsed.registry, repository: parsed.repository, digest }, call);
  }
  return { manifest, digest: first.descriptor.digest };
}

async function fetchBlob(
  { content, client, downloads, isStored }: PullDeps,
  reference: Reference,
  descriptor: Descriptor,
  { auth, progress, signal }: PullOptions,
): Promise<void> {
  const { digest, size } = descriptor;
  const report = (status: "exists" | "downloading" | "downloaded", current: number): void =>
    progress?.({ digest, status, current, total: size });
  if (await isStored(digest)) return report("exists", size);
  const download = async (told: (current: number) => void, stop: AbortSignal): Promise<void> => {
    const have = await content.partial(digest);
    const source = client.fetchBlob(reference, descriptor, { auth: credentialsOf(auth), signal: stop, have });
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      let current = 0;
      for await (const chunk of source) {
        current += chunk.byteLength;
        told(current);
        yield chunk;
      }
    };
    try {
      await content.ingest(counted(), { digest, size, keep: true }, stop);
    } catch (error) {
      const isOurs = have !== undefined && error instanceof RegistryError && error.code === "DIGEST_INVALID";
      if (!isOurs) throw error;
      // What an earlier transfer left was not what it should have been; it is gone now.
      await download(told, stop);
    }
  };
  await downloads.join(digest, download, { progress: (current) => report("downloading", current), signal });
  report("downloaded", size);
}
