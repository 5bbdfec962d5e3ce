/** Blobs on their way in: each a file that grows, and goes on where it stopped also after the server ended. */
import { createHash, type Hash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RegistryError } from "../errors.ts";
import { namesIn, statOf, syncDirectory } from "./durable.ts";

/** How long an upload that nobody goes on with is kept, in milliseconds. */
const MAX_AGE = 7 * 24 * 3600 * 1000;

/** Uploads by id. Calls for one upload are served one after the other. */
export interface Uploads {
  begin(): Promise<string>;
  size(id: string): Promise<number | undefined>;
  /** The file that grows; it is moved away at the end. */
  path(id: string): string;
  /**
   * Appends and answers the new size. `at`, where it is given, must be where the upload stands: BLOB_UPLOAD_INVALID otherwise. What came of a
   * source that broke off stays. Throws SIZE_INVALID beyond the limit.
   */
  append(id: string, source: Readable, at?: number): Promise<number>;
  /** Moves an upload to `path`. Throws DIGEST_INVALID, and forgets the upload, where it is something else. */
  finish(id: string, digest: string, path: string): Promise<void>;
  cancel(id: string): Promise<void>;
  /** Forgets what was given up long before `now`. */
  expire(now: number): Promise<void>;
}

/** Opens the uploads below `root`. `maxBlob` bounds one, in bytes. */
export async function openUploads(root: string, maxBlob: number): Promise<Uploads> {
  await mkdir(root, { recursive: true });
  const pathOf = (id: string) => join(root, id);
  /** The hash of what an upload holds so far, so that its end need not read it again. */
  const hashes = new Map<string, { hash: Hash; size: number }>();
  const turns = new Map<string, Promise<unknown>>();

  function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const mine = (turns.get(id) ?? Promise.resolve()).then(work, work);
    turns.set(id, mine);
    const forget = () => void (turns.get(id) === mine && turns.delete(id));
    mine.then(forget, forget);
    return mine;
  }

  const sizeOf = async (id: string) => (await statOf(pathOf(id)))?.size;

  async function require(id: string): Promise<number> {
    const size = await sizeOf(id);
    if (size === undefined) throw new RegistryError("BLOB_UPLOAD_UNKNOWN", `blob upload unknown to registry: ${id}`);
    return size;
  }

  async function hashOf(id: string, size: number): Promise<Hash> {
    const known = hashes.get(id);
    if (known?.size === size) return known.hash;
    const hash = createHash("sha256");
    if (size > 0) for await (const chunk of createReadStream(pathOf(id), { end: size - 1 })) hash.update(chunk);
    return hash;
  }

  async function forget(id: string): Promise<void> {
    hashes.delete(id);
    await rm(pathOf(id), { force: true });
  }

  return {
    async begin() {
      const id = randomUUID();
      await writeFile(pathOf(id), "");
      return id;
    },
    size: sizeOf,
    path: pathOf,
    append: (id, source, at) =>
      inTurn(id, async () => {
        let size = await require(id);
        if (at !== undefined && at !== size)
          throw new RegistryError("BLOB_UPLOAD_INVALID", `chunk starts at ${at}, the upload stands at ${size}`);
        const hash = await hashOf(id, size);
        hashes.delete(id);
        await pipeline(
          source,
          async function* bounded(chunks: AsyncIterable<Uint8Array>) {
            for await (const chunk of chunks) {
              size += chunk.byteLength;
              if (size > maxBlob) throw new RegistryError("SIZE_INVALID", `blob exceeds ${maxBlob} bytes`);
              hash.update(chunk);
              yield chunk;
            }
          },
          createWriteStream(pathOf(id), { flags: "a", flush: true, highWaterMark: 1 << 20 }),
        );
        hashes.set(id, { hash, size });
        return size;
      }),
    finish: (id, digest, path) =>
      inTurn(id, async () => {
        const actual = `sha256:${(await hashOf(id, await require(id))).digest("hex")}`;
        hashes.delete(id);
        if (actual !== digest) {
          await forget(id);
          throw new RegistryError("DIGEST_INVALID", `uploaded content has digest ${actual}, not ${digest}`);
        }
        const now = new Date();
        // Garbage collection leaves alone what came lately, and an upload may have taken long.
        await utimes(pathOf(id), now, now);
        await rename(pathOf(id), path);
        await syncDirectory(dirname(path));
      }),
    cancel: (id) =>
      inTurn(id, async () => {
        await require(id);
        await forget(id);
      }),
    async expire(now) {
      for (const id of (await namesIn(root)) ?? []) {
        const found = await statOf(pathOf(id));
        if (found !== undefined && now - found.mtimeMs > MAX_AGE) await inTurn(id, () => forget(id));
      }
    },
  };
}
