/** A registry that is a cache of another one: what it lacks it fetches there, and gives on while it comes in. */
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { parseManifest } from "../client/fetch-manifest.ts";
import type { RegistryClient } from "../client/registry-client.ts";
import type { Descriptor } from "../descriptor.ts";
import { isNotFound, RegistryError } from "../errors.ts";
import type { Reference } from "../reference.ts";
import type { RegistryContent } from "./content.ts";

/** Fetches what callers are about to read from the content. */
export interface PullThrough {
  /**
   * Brings a manifest in. A tag is asked for each time, so that it is as fresh as upstream's; what is here serves where upstream cannot
   * be reached. What upstream does not have is simply not there afterwards.
   */
  manifest(repository: string, reference: { readonly tag: string } | { readonly digest: string }): Promise<void>;
  /** A blob that is on its way in; undefined where it is here, or nowhere. Many readers share one download. */
  blob(repository: string, digest: string): Promise<ArrivingBlob | undefined>;
}

/** A blob that can be read while it arrives. */
export interface ArrivingBlob {
  readonly size: number;
  /** Both ends included. Throws what made the download fail. */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
}

const CHUNK = 1 << 18;

/** `registry` is upstream's host. */
export function createPullThrough(content: RegistryContent, client: RegistryClient, registry: string): PullThrough {
  const arriving = new Map<string, ArrivingBlob>();

  async function describe(repository: string, digest: string): Promise<Descriptor | undefined> {
    for (const member of await content.members(repository, "manifests")) {
      const found = await content.manifest(repository, member.digest);
      if (found === undefined) continue;
      const manifest = parseManifest(found.bytes, repository);
      if ("manifests" in manifest) continue;
      const part = [manifest.config, ...manifest.layers].find((each) => each.digest === digest);
      if (part) return part;
    }
    return undefined;
  }

  async function start(repository: string, descriptor: Descriptor): Promise<ArrivingBlob> {
    const { digest, size } = descriptor;
    const id = await content.uploads.begin();
    const path = content.uploads.path(id);
    let wake = Promise.withResolvers<void>();
    let state: "coming" | "stored" | { readonly failure: unknown } = "coming";
    const tell = () => {
      wake.resolve();
      wake = Promise.withResolvers();
    };
    const source = client.fetchBlob({ registry, repository }, descriptor);
    const counted = async function* () {
      for await (const chunk of source) {
        yield chunk;
        tell();
      }
    };
    const fetching = (async () => {
      try {
        await content.uploads.append(id, Readable.from(counted(), { objectMode: false }));
        await content.finishUpload(id, repository, digest);
        state = "stored";
      } catch (failure) {
        state = { failure };
        if ((await content.uploads.size(id)) !== undefined) await content.uploads.cancel(id);
      } finally {
        arriving.delete(`${repository}@${digest}`);
        tell();
      }
    })();
    return {
      size,
      async *read(start, end) {
        const handle = state === "stored" ? undefined : await open(path, "r").catch(() => undefined);
        if (handle === undefined) {
          // It came in, or failed, meanwhile.
          await fetching;
          if (typeof state === "object") throw state.failure;
          yield* content.readBlob(digest, { start, end });
          return;
        }
        try {
          for (let at = start; at <= end; ) {
            const next = wake.promise;
            const isWhole = state === "stored";
            const buffer = Buffer.allocUnsafe(Math.min(CHUNK, end + 1 - at));
            const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
            at += bytesRead;
            if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
            else if (typeof state === "object") throw state.failure;
            else if (isWhole) throw new RegistryError("DIGEST_INVALID", `blob ${digest} is shorter than ${size} bytes`);
            else await next;
          }
        } finally {
          await handle.close();
        }
      },
    };
  }

  return {
    async manifest(repository, reference) {
      if ("digest" in reference && (await content.manifest(repository, reference.digest))) return;
      try {
        const asked: Reference = { registry, repository, ...reference };
        const { descriptor, bytes } = await client.fetchManifest(asked);
        await content.putManifest(repository, descriptor.digest, bytes, descriptor.mediaType);
        if ("tag" in reference) await content.setTag(repository, reference.tag, descriptor.digest);
      } catch (error) {
        if (isNotFound(error)) return;
        const cached = "tag" in reference ? await content.resolveTag(repository, reference.tag) : undefined;
        if (!(error instanceof RegistryError) || cached === undefined) throw error;
      }
    },
    async blob(repository, digest) {
      if ((await content.blobSize(repository, digest)) !== undefined) return undefined;
      const key = `${repository}@${digest}`;
      const known = arriving.get(key);
      if (known) return known;
      const descriptor = await describe(repository, digest);
      if (descriptor === undefined) return undefined;
      const also = arriving.get(key);
      if (also) return also;
      const started = await start(repository, descriptor);
      arriving.set(key, started);
      return started;
    },
  };
}
