import { type Manifest, parseReference, type Reference, type RegistryClient, RegistryError } from "@skiff/registry";
import type { ContentStore, Descriptor } from "../content-store.ts";
import type { Image, PushProgress, RegistryAuth } from "../image-store.ts";
import { asEngineError, credentialsOf } from "./registry-calls.ts";

const BLOBS_AT_ONCE = 3;

export interface PushOptions {
  readonly auth?: RegistryAuth | undefined;
  readonly progress?: ((p: PushProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Uploads an image's blobs that the registry lacks, then its manifest. Gives the manifest's descriptor. */
export async function pushImage(
  content: ContentStore,
  image: Image,
  reference: string,
  { auth, progress, signal }: PushOptions,
  client: RegistryClient,
  /** Repositories of the target's registry that probably have a blob. */
  holders: (digest: string) => readonly string[],
): Promise<Descriptor> {
  const target = parseReference(reference);
  try {
    const bytes = await content.readAll(image.manifest.digest, MAX_MANIFEST);
    const manifest = JSON.parse(bytes.toString("utf8")) as Manifest;
    const call = { auth: credentialsOf(auth), signal };
    for (const { digest, size } of manifest.layers)
      progress?.({ digest, status: "preparing", current: 0, total: size });
    const next = [...manifest.layers, manifest.config][Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const blob of next)
        await pushBlob(
          content,
          client,
          target,
          blob,
          { ...call, mountFrom: holders(blob.digest).slice(0, 1) },
          progress,
        );
    };
    await Promise.all(Array.from({ length: BLOBS_AT_ONCE }, worker));
    await client.pushManifest(target, manifest, bytes, call);
    return image.manifest;
  } catch (error) {
    if (error instanceof RegistryError) throw asEngineError(error, "push", reference);
    throw error;
  }
}

const MAX_MANIFEST = 4 * 2 ** 20;

async function pushBlob(
  content: ContentStore,
  client: RegistryClient,
  target: Reference,
  blob: Descriptor,
  call: Parameters<RegistryClient["pushBlob"]>[3],
  progress: PushOptions["progress"],
): Promise<void> {
  const { digest, size } = blob;
  let current = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    current = 0;
    for await (const chunk of content.read(digest) as AsyncIterable<Uint8Array>) {
      current += chunk.byteLength;
      progress?.({ digest, status: "pushing", current, total: size });
      yield chunk;
    }
  };
  const outcome = await client.pushBlob(target, blob, counted, call);
  const status = outcome === "sent" ? "pushed" : outcome;
  progress?.({ digest, status, from: call?.mountFrom?.[0], current: size, total: size });
}
