import {
  createRegistryClient,
  hostPlatform,
  type Index,
  type Manifest,
  mediaTypes,
  parseReference,
  type Reference,
  type RegistryClient,
  RegistryError,
  selectPlatform,
} from "@skiff/registry";
import type { ContentStore, Descriptor } from "../content-store.ts";
import type { PullProgress, RegistryAuth } from "../image-store.ts";
import { asEngineError, credentialsOf } from "./registry-calls.ts";

const LAYERS_AT_ONCE = 3;

export interface PullOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly progress?: ((p: PullProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Fetches an image's manifest and the blobs that are not stored yet. Gives the manifest's descriptor. */
export async function pullImage(
  content: ContentStore,
  reference: string,
  { auth, progress, signal }: PullOptions,
  client: RegistryClient = createRegistryClient(),
): Promise<Descriptor> {
  try {
    const parsed = parseReference(reference);
    const call = { auth: credentialsOf(auth), signal };
    let found = await client.fetchManifest(parsed, call);
    if (mediaTypes.isIndex(found.descriptor.mediaType)) {
      const chosen = selectPlatform(found.content as Index, hostPlatform(), reference);
      const exact: Reference = { registry: parsed.registry, repository: parsed.repository, digest: chosen.digest };
      found = await client.fetchManifest(exact, call);
    }
    const { config, layers } = found.content as Manifest;
    const wanted = [config, ...layers];
    for (const layer of layers) progress?.({ digest: layer.digest, status: "waiting", current: 0, total: layer.size });
    const next = wanted[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const descriptor of next) await fetchBlob(content, client, parsed, descriptor, { auth, progress, signal });
    };
    await Promise.all(Array.from({ length: LAYERS_AT_ONCE }, worker));
    await content.ingest([found.bytes], found.descriptor, signal);
    return found.descriptor;
  } catch (error) {
    if (error instanceof RegistryError) throw asEngineError(error, "pull", reference);
    throw error;
  }
}

async function fetchBlob(
  content: ContentStore,
  client: RegistryClient,
  reference: Reference,
  descriptor: Descriptor,
  { auth, progress, signal }: PullOptions,
): Promise<void> {
  const report = (status: PullProgress["status"], current: number): void =>
    progress?.({ digest: descriptor.digest, status, current, total: descriptor.size });
  if (await content.has(descriptor.digest)) return report("exists", descriptor.size);
  const source = client.fetchBlob(reference, descriptor, { auth: credentialsOf(auth), signal });
  let current = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      current += chunk.byteLength;
      report("downloading", current);
      yield chunk;
    }
  };
  await content.ingest(counted(), descriptor, signal);
  report("downloaded", descriptor.size);
}
