/** Garbage collection: blobs that no manifest of their repository names, and content that no repository has. */
import { parseManifest } from "../client/fetch-manifest.ts";
import type { RegistryContent } from "./content.ts";

/** What a collection is to do. */
export interface CollectOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What came or was asked for within so many milliseconds stays: a push in progress names it only at its end. */
  readonly grace: number;
  /** Whether manifests go that no tag, no index and no subject holds. */
  readonly untagged?: boolean | undefined;
}

/** Removes what nothing refers to; safe while the server serves. Gives the bytes freed. */
export function collectGarbage(
  content: RegistryContent,
  { now, grace, untagged = false }: CollectOptions,
): Promise<number> {
  const isFresh = (since: number) => now - since < grace;
  return content.alone(async () => {
    await content.uploads.expire(now);
    const held = new Set<string>();
    for (const repository of await content.repositories()) {
      if (untagged) await dropUntagged(content, repository, isFresh);
      const wanted = new Set<string>();
      for (const { digest } of await content.members(repository, "manifests")) {
        held.add(digest);
        for (const part of await partsOf(content, repository, digest)) wanted.add(part);
      }
      for (const { digest, since } of await content.members(repository, "blobs")) {
        if (wanted.has(digest) || isFresh(since)) held.add(digest);
        else await content.unlinkBlob(repository, digest);
      }
    }
    let freed = 0;
    for (const { digest, size, since } of await content.stored()) {
      if (held.has(digest) || isFresh(since)) continue;
      await content.dropBlob(digest);
      freed += size;
    }
    return freed;
  });
}

async function dropUntagged(
  content: RegistryContent,
  repository: string,
  isFresh: (since: number) => boolean,
): Promise<void> {
  const kept = new Set<string>();
  const keep = async (digest: string): Promise<void> => {
    if (kept.has(digest)) return;
    kept.add(digest);
    for (const part of await partsOf(content, repository, digest)) await keep(part);
    for (const referrer of await content.referrers(repository, digest)) await keep(referrer.digest);
  };
  for (const tag of (await content.tags(repository)) ?? []) {
    const digest = await content.resolveTag(repository, tag);
    if (digest !== undefined) await keep(digest);
  }
  for (const { digest, since } of await content.members(repository, "manifests"))
    if (!kept.has(digest) && !isFresh(since)) await content.deleteManifest(repository, digest);
}

async function partsOf(content: RegistryContent, repository: string, digest: string): Promise<string[]> {
  const found = await content.manifest(repository, digest);
  if (found === undefined) return [];
  const manifest = parseManifest(found.bytes, repository);
  const parts = "manifests" in manifest ? manifest.manifests : [manifest.config, ...manifest.layers];
  return parts.map((part) => part.digest);
}
