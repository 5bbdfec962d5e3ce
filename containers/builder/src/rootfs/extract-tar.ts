/** Unpacking tar archives from strangers into a directory that nothing leaves. */
import { createWriteStream } from "node:fs";
import { chmod, lchown, link, lstat, lutimes, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { decompressed } from "./decompress.ts";
import { resolveInRoot } from "./resolve-in-root.ts";

const BLOCK = 512;

/** Bounds of an archive, and what becomes of it. */
export interface ExtractOptions {
  /** Owner of everything unpacked; unset keeps the archive's. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Bytes of all files together. Default 32 GiB. */
  readonly bytes?: number;
  /** Number of entries. Default 1,000,000. */
  readonly entries?: number;
}

/**
 * Unpacks a tar (plain, gzip, zstd, bzip2 or xz) below `destination` in `root`. Links in `root` lead nowhere else, owners and modes are
 * kept, devices are left out. Throws where a limit is exceeded, the archive is broken, or its compression is not supported.
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  root: string,
  destination: string,
  options: ExtractOptions = {},
): Promise<void> {
  const { bytes: maxBytes = 32 * 2 ** 30, entries: maxEntries = 1_000_000, owner } = options;
  const archive = extract();
  const plain = await decompressed(source);
  let total = 0;
  // `docker build -f -` sends archives that end with the last byte of the last file instead of a full block.
  const padded = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      total += chunk.byteLength;
      yield chunk;
    }
    if (total % BLOCK !== 0) yield Buffer.alloc(BLOCK - (total % BLOCK));
  };
  const broken = new AbortController();
  const unpacked = pipeline(plain, padded, archive);
  // An archive that breaks off leaves the entry being read waiting for more.
  unpacked.catch((error: unknown) => broken.abort(error));
  const directories: { path: string; mtime: Date }[] = [];
  let bytes = 0;
  let entries = 0;
  let last = 0;
  try {
    for await (const entry of archive) {
      last = entry.header.size;
      bytes += last;
      if (++entries > maxEntries) throw new Error(`archive holds more than ${maxEntries} entries`);
      if (bytes > maxBytes) throw new Error(`archive holds more than ${maxBytes} bytes`);
      const made = await writeEntry(entry as EntryStream, { root, destination, owner, signal: broken.signal });
      if (made !== undefined) directories.push({ path: made, mtime: entry.header.mtime });
      entry.resume();
    }
    await unpacked;
  } catch (error) {
    throw broken.signal.aborted ? broken.signal.reason : error;
  }
  if (total % BLOCK !== 0 && total % BLOCK !== last % BLOCK) throw new Error("Unexpected end of data");
  // Last, since writing into a directory changes its time.
  for (const { path, mtime } of directories.reverse()) await lutimes(path, mtime, mtime);
}

/** The stream library types its chunks as unknown; of an archive they are bytes. */
type EntryStream = AsyncIterable<Uint8Array> & { readonly header: Header };

interface Place extends Pick<ExtractOptions, "owner"> {
  readonly root: string;
  readonly destination: string;
  readonly signal: AbortSignal;
}

async function writeEntry(
  entry: EntryStream,
  { root, destination, owner, signal }: Place,
): Promise<string | undefined> {
  const { name, type, linkname, uid, gid, mode, mtime } = entry.header;
  const isDirectory = type === "directory";
  const path = await resolveInRoot(root, join("/", destination, join("/", name)), { followLast: isDirectory });
  if (path === root && !isDirectory) throw new Error(`archive names its own root as ${type}`);
  await mkdir(dirname(path), { recursive: true });
  const existing = await statOf(path);
  if (existing !== undefined && !(isDirectory && existing.isDirectory())) await rm(path, { recursive: true });
  switch (type) {
    case "directory":
      await mkdir(path, { recursive: true });
      break;
    case "file":
    case "contiguous-file":
      await pipeline(entry, createWriteStream(path, { flags: "wx" }), { signal });
      break;
    case "symlink":
      await symlink(linkname, path);
      break;
    case "link":
      await link(await resolveInRoot(root, join("/", destination, join("/", linkname)), { followLast: false }), path);
      return undefined;
    default:
      return undefined;
  }
  await lchown(path, owner?.uid ?? uid, owner?.gid ?? gid);
  if (type !== "symlink") await chmod(path, mode & 0o7777);
  if (!isDirectory) await lutimes(path, mtime, mtime);
  return isDirectory ? path : undefined;
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
