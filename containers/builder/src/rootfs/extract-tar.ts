/** Unpacking tar archives from strangers into a directory that nothing leaves. */
import {
  chmodSync,
  createWriteStream,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract, type Header } from "tar-stream";
import { decompressed } from "./decompress.ts";
import { resolveInRootSync } from "./resolve-in-root.ts";

const BLOCK = 512;
/** Files up to this size are written in one call. */
const SMALL = 256 * 1024;

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
  for (const { path, mtime } of directories.reverse()) lutimesSync(path, mtime, mtime);
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
  const { name, type, linkname, uid, gid, mode, mtime, size } = entry.header;
  const isDirectory = type === "directory";
  const path = resolveInRootSync(root, join("/", destination, join("/", name)), { followLast: isDirectory });
  if (path === root && !isDirectory) throw new Error(`archive names its own root as ${type}`);
  const existing = statOf(path);
  if (existing === undefined) mkdirSync(dirname(path), { recursive: true });
  else if (!(isDirectory && existing.isDirectory())) rmSync(path, { recursive: true });
  switch (type) {
    case "directory":
      mkdirSync(path, { recursive: true });
      break;
    case "file":
    case "contiguous-file":
      if (size < SMALL) writeFileSync(path, await contentOf(entry, signal), { flag: "wx" });
      else await pipeline(entry, createWriteStream(path, { flags: "wx" }), { signal });
      break;
    case "symlink":
      symlinkSync(linkname, path);
      break;
    case "link":
      linkSync(resolveInRootSync(root, join("/", destination, join("/", linkname)), { followLast: false }), path);
      return undefined;
    default:
      return undefined;
  }
  lchownSync(path, owner?.uid ?? uid, owner?.gid ?? gid);
  if (type !== "symlink") chmodSync(path, mode & 0o7777);
  if (!isDirectory) lutimesSync(path, mtime, mtime);
  return isDirectory ? path : undefined;
}

function statOf(path: string) {
  return lstatSync(path, { throwIfNoEntry: false });
}

async function contentOf(entry: EntryStream, signal: AbortSignal): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  // An entry that never ends is given up with the archive.
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => undefined);
  const giveUp = () => reject(signal.reason);
  signal.addEventListener("abort", giveUp, { once: true });
  const read = async () => {
    for await (const chunk of entry) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  try {
    signal.throwIfAborted();
    return await Promise.race([read(), broken]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
