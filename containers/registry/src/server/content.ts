/** Where a registry server keeps what it serves: blobs by digest, tags and memberships per repository, in a directory. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "../errors.ts";

/**
 * Content of all repositories. Names and digests given to it were checked by the caller, since they become paths. A blob is
 * stored once, whichever repositories it is a member of; what was answered as stored survives the process.
 */
export interface RegistryContent {
  /** Size of a blob that is a member of the repository. */
  blobSize(repository: string, digest: string): Promise<number | undefined>;
  readBlob(digest: string, range?: { start: number; end: number }): Readable;
  beginUpload(): Promise<string>;
  uploadSize(id: string): Promise<number | undefined>;
  /** Appends to an upload and answers its new size. Throws SIZE_INVALID beyond the limit. */
  append(id: string, source: Readable): Promise<number>;
  /** Makes an upload a blob of the repository. Throws DIGEST_INVALID, and forgets the upload, where it is something else. */
  finishUpload(id: string, repository: string, digest: string): Promise<void>;
  putManifest(repository: string, digest: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  manifest(repository: string, digest: string): Promise<{ bytes: Buffer; mediaType: string } | undefined>;
  setTag(repository: string, tag: string, digest: string): Promise<void>;
  resolveTag(repository: string, tag: string): Promise<string | undefined>;
  /** Undefined where the repository does not exist. In byte order. */
  tags(repository: string): Promise<string[] | undefined>;
}

/** Opens the content kept in `root`, making it where it is not there. `maxBlob` bounds one upload, in bytes. */
export async function openContent(root: string, { maxBlob = 16 * 2 ** 30 } = {}): Promise<RegistryContent> {
  const uploads = join(root, "uploads");
  // An upload belongs to a connection of the process that began it.
  await rm(uploads, { recursive: true, force: true });
  await mkdir(uploads, { recursive: true });
  await mkdir(join(root, "blobs"), { recursive: true });

  const blobPath = (digest: string) => join(root, "blobs", digest.slice("sha256:".length));
  const linkPath = (repository: string, kind: "blobs" | "manifests" | "tags", name: string) =>
    join(root, "repositories", repository, `_${kind}`, name.replace(":", "-"));

  async function link(path: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, text, { flush: true });
    await rename(temporary, path);
  }

  return {
    async blobSize(repository, digest) {
      if ((await readLink(linkPath(repository, "blobs", digest))) === undefined) return undefined;
      return sizeOf(blobPath(digest));
    },
    readBlob: (digest, range) => createReadStream(blobPath(digest), range),
    async beginUpload() {
      const id = randomUUID();
      await writeFile(join(uploads, id), "");
      return id;
    },
    uploadSize: (id) => sizeOf(join(uploads, id)),
    async append(id, source) {
      const path = join(uploads, id);
      let size = (await sizeOf(path)) ?? 0;
      await pipeline(
        source,
        async function* bounded(chunks: AsyncIterable<Uint8Array>) {
          for await (const chunk of chunks) {
            size += chunk.byteLength;
            if (size > maxBlob) throw new RegistryError("SIZE_INVALID", `blob exceeds ${maxBlob} bytes`);
            yield chunk;
          }
        },
        createWriteStream(path, { flags: "a", flush: true }),
      );
      return size;
    },
    async finishUpload(id, repository, digest) {
      const path = join(uploads, id);
      const hash = createHash("sha256");
      await pipeline(createReadStream(path), hash);
      const actual = `sha256:${hash.digest("hex")}`;
      if (actual !== digest) {
        await rm(path);
        throw new RegistryError("DIGEST_INVALID", `uploaded content has digest ${actual}, not ${digest}`);
      }
      await rename(path, blobPath(digest));
      await link(linkPath(repository, "blobs", digest), digest);
    },
    async putManifest(repository, digest, bytes, mediaType) {
      await link(blobPath(digest), Buffer.from(bytes).toString("utf8"));
      await link(linkPath(repository, "manifests", digest), mediaType);
    },
    async manifest(repository, digest) {
      const mediaType = await readLink(linkPath(repository, "manifests", digest));
      return mediaType === undefined ? undefined : { mediaType, bytes: await readFile(blobPath(digest)) };
    },
    setTag: (repository, tag, digest) => link(linkPath(repository, "tags", tag), digest),
    resolveTag: (repository, tag) => readLink(linkPath(repository, "tags", tag)),
    async tags(repository) {
      try {
        return (await readdir(join(root, "repositories", repository, "_tags"))).sort();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
