/** Writes an overlay's upper directory as a layer archive. */
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type IdMap, lgetxattr, llistxattr } from "@skiff/linux";
import { type Header, type Pack, pack } from "tar-stream";
import { pacer } from "../pacer.ts";

const EMPTY = Buffer.alloc(0);
/** Files up to this size are read in one call. */
const SMALL = 256 * 1024;

type EntryHeader = Partial<Header> & { readonly name: string };

/**
 * The changes in `directory` as an uncompressed tar: entries sorted by name, so that equal trees give equal bytes. Paths in `omit`
 * ("etc/hosts") are left out; `ids` are those that the directory is shown with.
 */
export async function* writeLayer(
  directory: string,
  { omit = new Set(), ids }: { readonly omit?: ReadonlySet<string> | undefined; readonly ids?: IdMap | undefined } = {},
): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const walking = walk(archive, directory, "", { seen: new Map(), omit, ids, pace: pacer() }).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  yield* archive as AsyncIterable<Uint8Array>;
  await walking;
}

interface Walk {
  /** Files with several names, by inode: the first of them. */
  readonly seen: Map<string, string>;
  readonly omit: ReadonlySet<string>;
  readonly pace: ReturnType<typeof pacer>;
  readonly ids: IdMap | undefined;
}

async function walk(archive: Pack, root: string, place: string, o: Walk): Promise<void> {
  const { seen, omit, pace } = o;
  const names = readdirSync(join(root, place)).sort();
  for (const name of names) {
    const path = join(root, place, name);
    const entry = join(place, name);
    if (omit.has(entry)) continue;
    await pace();
    const stats = lstatSync(path);
    const [uid, gid] = [stats.uid - (o.ids?.uid.start ?? 0), stats.gid - (o.ids?.gid.start ?? 0)];
    const owner = { uid, gid, mode: stats.mode & 0o7777, mtime: stats.mtime };
    const header: EntryHeader = { name: entry, ...owner, ...attributesOf(path, stats.isSymbolicLink()) };
    if (stats.isCharacterDevice() && stats.rdev === 0) {
      await put(archive, { name: join(place, `.wh.${name}`), size: 0, mode: 0o600, mtime: new Date(0) });
    } else if (stats.isDirectory()) {
      await put(archive, { ...header, name: `${entry}/`, type: "directory" });
      if (lgetxattr(path, "trusted.overlay.opaque")?.toString() === "y")
        await put(archive, { name: join(entry, ".wh..wh..opq"), size: 0, mode: 0o600, mtime: new Date(0) });
      await walk(archive, root, entry, o);
    } else if (stats.isSymbolicLink()) {
      await put(archive, { ...header, type: "symlink", linkname: readlinkSync(path) });
    } else if (stats.isFile()) {
      const first = stats.nlink > 1 ? seen.get(`${stats.dev}:${stats.ino}`) : undefined;
      if (first !== undefined) await put(archive, { ...header, type: "link", linkname: first });
      else {
        seen.set(`${stats.dev}:${stats.ino}`, entry);
        await putFile(archive, { ...header, type: "file", size: stats.size }, path);
      }
    } else if (stats.isCharacterDevice() || stats.isBlockDevice()) {
      const type = stats.isBlockDevice() ? "block-device" : "character-device";
      await put(archive, { ...header, type, devmajor: (stats.rdev >> 8) & 0xfff, devminor: stats.rdev & 0xff });
    } else if (stats.isFIFO()) {
      await put(archive, { ...header, type: "fifo" });
    } // a socket is nothing that a layer can hold
  }
}

function attributesOf(path: string, isLink: boolean): { pax?: Record<string, string> } {
  if (isLink) return {};
  const pax: Record<string, string> = {};
  for (const name of llistxattr(path)) {
    if (name.startsWith("trusted.overlay.")) continue;
    const value = lgetxattr(path, name);
    if (value !== undefined) pax[`SCHILY.xattr.${name}`] = value.toString("latin1");
  }
  return Object.keys(pax).length > 0 ? { pax } : {};
}

function put(archive: Pack, header: EntryHeader, content = EMPTY): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

async function putFile(archive: Pack, header: EntryHeader, path: string): Promise<void> {
  if (header.size === 0) return put(archive, header);
  if ((header.size ?? SMALL) < SMALL) {
    const content = readFileSync(path);
    // What changed its size since it was looked at is read as it is now.
    return put(archive, { ...header, size: content.byteLength }, content);
  }
  const done = Promise.withResolvers<void>();
  const entry = archive.entry(header, (error) => (error ? done.reject(error) : done.resolve()));
  await Promise.all([pipeline(createReadStream(path, { end: (header.size ?? 1) - 1 }), entry), done.promise]);
}
