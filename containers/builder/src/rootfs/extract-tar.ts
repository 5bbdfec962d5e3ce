/** Unpacking tar archives from strangers into a directory that nothing leaves. */
import { createWriteStream } from "node:fs";
import { chmod, lchown, link, lstat, lutimes, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { extract, type Header } from "tar-stream";
import { resolveInRoot } from "./resolve-in-root.ts";

/** Bounds of an archive. */
export interface ExtractLimits {
  /** Bytes of all files together. Default 32 GiB. */
  readonly bytes?: number;
  /** Number of entries. Default 1,000,000. */
  readonly entries?: number;
}

/** The file name ending that stands for the compression at the start of some bytes; undefined for what is no archive. */
export function archiveKind(start: Uint8Array): "tar" | "gzip" | "zstd" | "bzip2" | "xz" | undefined {
  const hex = Buffer.from(start.subarray(0, 6)).toString("hex");
  if (hex.startsWith("1f8b")) return "gzip";
  if (hex.startsWith("28b52ffd")) return "zstd";
  if (hex.startsWith("425a68")) return "bzip2";
  if (hex === "fd377a585a00") return "xz";
  return Buffer.from(start.subarray(257, 262)).toString("latin1") === "ustar" ? "tar" : undefined;
}

/**
 * Unpacks a tar (plain, gzip or zstd) below `destination` in `root`. Links in `root` lead nowhere else, owners and modes are
 * kept, devices are left out. Throws where a limit is exceeded, the archive is broken, or its compression is not supported.
 */
export async function extractTar(
  source: AsyncIterable<Uint8Array>,
  root: string,
  destination: string,
  limits: ExtractLimits = {},
): Promise<void> {
  const { bytes: maxBytes = 32 * 2 ** 30, entries: maxEntries = 1_000_000 } = limits;
  const archive = extract();
  const unpacked = pipeline(await decompressed(source), archive);
  // The loop below reports a failure of the pipeline; without this it would count as unhandled meanwhile.
  unpacked.catch(() => undefined);
  const directories: { path: string; mtime: Date }[] = [];
  let bytes = 0;
  let entries = 0;
  for await (const entry of archive) {
    bytes += entry.header.size;
    if (++entries > maxEntries) throw new Error(`archive holds more than ${maxEntries} entries`);
    if (bytes > maxBytes) throw new Error(`archive holds more than ${maxBytes} bytes`);
    const made = await writeEntry(entry as EntryStream, root, destination);
    if (made !== undefined) directories.push({ path: made, mtime: entry.header.mtime });
    entry.resume();
  }
  await unpacked;
  // Last, since writing into a directory changes its time.
  for (const { path, mtime } of directories.reverse()) await lutimes(path, mtime, mtime);
}

/** The stream library types its chunks as unknown; of an archive they are bytes. */
type EntryStream = AsyncIterable<Uint8Array> & { readonly header: Header };

async function writeEntry(entry: EntryStream, root: string, destination: string): Promise<string | undefined> {
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
      await pipeline(entry, createWriteStream(path, { flags: "wx" }));
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
  await lchown(path, uid, gid);
  if (type !== "symlink") await chmod(path, mode & 0o7777);
  if (!isDirectory) await lutimes(path, mtime, mtime);
  return isDirectory ? path : undefined;
}

async function decompressed(source: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = source[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let ended = false;
  while (start.byteLength < 262 && !ended) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else start = Buffer.concat([start, next.value]);
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield start;
    if (!ended) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  const plain = Readable.from(whole(), { objectMode: false });
  const kind = archiveKind(start);
  if (kind === "gzip") return plain.compose(createGunzip());
  if (kind === "zstd") return plain.compose(createZstdDecompress());
  if (kind === "bzip2" || kind === "xz") throw new Error(`archives compressed with ${kind} are not supported`);
  return plain;
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
