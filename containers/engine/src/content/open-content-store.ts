import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { isSystemError } from "@skiff/linux";
import { RegistryError } from "@skiff/registry";
import type { BlobInfo, ContentStore } from "../content-store.ts";
import { isFull, syncDirectory } from "../durable-file.ts";
import { EngineError } from "../engine-error.ts";

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Opens the blobs below `root`, and clears away what an interrupted ingest left. */
export async function openContentStore(root: string): Promise<ContentStore> {
  const blobs = join(root, "blobs", "sha256");
  const ingests = join(root, "ingest");
  await mkdir(blobs, { recursive: true });
  const partials = join(root, "partial");
  await mkdir(ingests, { recursive: true });
  await mkdir(partials, { recursive: true });
  await sortOut(ingests, partials);

  const pathOf = (digest: string): string => {
    if (!DIGEST.test(digest))
      throw new EngineError("invalid", `Cannot use the digest "${digest}": not a sha256 digest`);
    return join(blobs, digest.slice("sha256:".length));
  };

  const sizeOf = (digest: string): Promise<number | undefined> => sizeAt(pathOf(digest));

  const info = async (digest: string): Promise<BlobInfo> => {
    const size = await sizeOf(digest);
    if (size === undefined) throw new EngineError("not-found", `Cannot find blob ${digest}`);
    return { digest, size };
  };

  return {
    has: async (digest) => (await sizeOf(digest)) !== undefined,
    info,
    read(digest) {
      const path = pathOf(digest);
      return Readable.from(readBlob(path, digest), { objectMode: false });
    },
    async readAll(digest, limit) {
      const { size } = await info(digest);
      if (size > limit) throw new EngineError("too-large", `Cannot read blob ${digest}: ${size} bytes, limit ${limit}`);
      return readFile(pathOf(digest));
    },
    async ingest(source, expect = {}, signal) {
      const partial = expect.keep && expect.digest !== undefined ? join(partials, hexOf(expect.digest)) : undefined;
      // The name tells the next process what it was to be.
      const temporary = join(ingests, `${partial === undefined ? "" : `${basename(partial)}.`}${randomUUID()}`);
      try {
        const written = await writeHashed(temporary, source, expect.size ?? Number.POSITIVE_INFINITY, signal);
        if (expect.size !== undefined && written.size !== expect.size)
          throw new EngineError("invalid", `Cannot store a blob: ${written.size} bytes, expected ${expect.size}`);
        if (expect.digest !== undefined && written.digest !== expect.digest)
          throw new EngineError("invalid", `Cannot store a blob: digest ${written.digest}, expected ${expect.digest}`);
        const path = pathOf(written.digest);
        await rename(temporary, path);
        await syncDirectory(path);
        if (partial !== undefined) await rm(partial, { force: true });
        return written;
      } catch (error) {
        if (partial !== undefined) {
          // Nor may it keep a full disk full.
          if (isWrong(error) || isFull(error)) await rm(partial, { force: true });
          else await renameIfThere(temporary, partial);
        }
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async partial(digest) {
      const path = join(partials, hexOf(digest));
      const size = await sizeAt(path);
      return size ? { size, read: () => createReadStream(path, { highWaterMark: CHUNK, end: size - 1 }) } : undefined;
    },
    async list() {
      const names = await readdir(blobs);
      return Promise.all(names.map((name) => info(`sha256:${name}`)));
    },
    remove: (digest) => rm(pathOf(digest), { force: true }),
  };
}

const CHUNK = 256 * 1024;
const PARTIAL_LIFE = 24 * 3600 * 1000;

function hexOf(digest: string): string {
  return digest.slice("sha256:".length);
}

async function sizeAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}

/** Whether an ingest failed because the bytes were not the right ones, so that going on with them makes no sense. */
function isWrong(error: unknown): boolean {
  return (
    (error instanceof EngineError && error.code === "invalid") ||
    (error instanceof RegistryError && error.code === "DIGEST_INVALID")
  );
}

/** What a process that ended in the middle of ingests left: downloads go on later, the rest goes. */
async function sortOut(ingests: string, partials: string): Promise<void> {
  for (const name of await readdir(ingests)) {
    const [, hex] = /^([0-9a-f]{64})\./.exec(name) ?? [];
    if (hex !== undefined) await rename(join(ingests, name), join(partials, hex));
    else await rm(join(ingests, name), { recursive: true, force: true });
  }
  const now = Date.now();
  for (const name of await readdir(partials))
    if (now - (await stat(join(partials, name))).mtimeMs > PARTIAL_LIFE) await rm(join(partials, name));
}

async function* readBlob(path: string, digest: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK });
  } catch (error) {
    if (isSystemError(error, "ENOENT")) throw new EngineError("not-found", `Cannot find blob ${digest}`);
    throw error;
  }
}

async function writeHashed(
  path: string,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<BlobInfo> {
  const hash = createHash("sha256");
  let size = 0;
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      size += chunk.byteLength;
      if (size > limit)
        throw new EngineError("invalid", `Cannot store a blob: larger than the expected ${limit} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.datasync();
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
