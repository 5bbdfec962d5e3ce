/** Unpacks one layer archive (OCI image-spec, "Image Layer Filesystem Changeset") into an overlay directory. Synchronous file calls: for a worker. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isSystemError, lsetxattr, mknod } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { decompressed } from "./compression.ts";
import { LayerTree } from "./layer-tree.ts";
import { type TarEntry, type TarHandler, TarReader } from "./tar-reader.ts";

const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** Bounds on what a hostile archive can take. */
export interface UnpackLimits {
  readonly entries: number;
  /** Bytes of the plain archive; besides, it may take no more than what is free on the disk. */
  readonly bytes: number;
}

export const defaultUnpackLimits: UnpackLimits = { entries: 1_000_000, bytes: 256 * 1024 ** 3 };

/** The part of the free disk that one layer may fill. */
const SHARE_OF_FREE = 0.9;

/**
 * Writes the layer into `top`, which must be empty. `lower` are the unpacked layers below, topmost first. Gives the digest of the plain
 * archive, the layer's diff id, for the caller to compare.
 */
export async function unpackLayer(
  source: AsyncIterable<Uint8Array>,
  top: string,
  lower: readonly string[],
  limits: UnpackLimits = defaultUnpackLimits,
): Promise<{ diffId: string; bytes: number }> {
  const hash = createHash("sha256");
  const { bavail, bsize } = statfsSync(top);
  const room = bavail * bsize * SHARE_OF_FREE;
  const writer = new LayerWriter(top, lower, limits.entries);
  const reader = new TarReader(writer);
  let total = 0;
  try {
    for await (const chunk of decompressed(source)) {
      total += chunk.byteLength;
      if (total > limits.bytes)
        throw new EngineError("too-large", `Cannot unpack the layer: larger than ${limits.bytes} bytes`);
      if (total > room)
        throw new EngineError(
          "too-large",
          `no space left on device: the layer is larger than ${Math.floor(room)} bytes, nine tenths of what is free`,
        );
      hash.update(chunk);
      reader.write(chunk);
    }
    reader.finish();
    writer.finish();
  } finally {
    writer.close();
  }
  return { diffId: `sha256:${hash.digest("hex")}`, bytes: writer.bytes };
}

class LayerWriter implements TarHandler {
  readonly #tree: LayerTree;
  readonly #maxEntries: number;
  /** What this layer has put somewhere, with the directories above. */
  readonly #written = new Set<string>();
  /** Directories get their times last: writing into them changes these. */
  readonly #directoryTimes = new Map<string, number>();
  #entries = 0;
  #open: { readonly fd: number; readonly path: string; readonly entry: TarEntry } | undefined;
  bytes = 0;

  constructor(top: string, lower: readonly string[], maxEntries: number) {
    this.#tree = new LayerTree(top, lower);
    this.#maxEntries = maxEntries;
  }

  begin(entry: TarEntry): void {
    this.#entries += 1;
    if (this.#entries > this.#maxEntries)
      throw new EngineError("too-large", `Cannot unpack the layer: more than ${this.#maxEntries} files`);
    const name = basename(entry.name);
    if (name.startsWith(WHITEOUT)) {
      this.#whiteout(entry.name, name);
      return;
    }
    const place = this.#tree.place(entry.name);
    const path = this.#tree.absolute(place);
    if (place === "" && entry.type !== "directory")
      throw new EngineError("invalid", `Cannot unpack the layer: its root is a ${entry.type}`);
    this.#noteWritten(place);
    if (entry.type === "file") {
      const fd = this.#make(place, path, () => openSync(path, "wx", 0o600));
      this.#open = { fd, path, entry };
      return;
    }
    if (entry.type === "directory") this.#directory(place, path);
    else this.#make(place, path, () => this.#node(entry, path));
    // A hard link has the owner, mode and times of what it points at.
    if (entry.type !== "link") this.#attributes(entry, path);
  }

  data(bytes: Uint8Array): void {
    if (this.#open === undefined) return; // the content of a whiteout means nothing
    this.bytes += bytes.byteLength;
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(this.#open.fd, bytes, at);
  }

  end(): void {
    if (this.#open === undefined) return;
    const { fd, path, entry } = this.#open;
    fchownSync(fd, entry.uid, entry.gid);
    // After the owner: changing that takes the setuid bit away.
    fchmodSync(fd, entry.mode);
    // And capabilities, which are an attribute, too.
    setAttributes(path, entry.xattrs);
    futimesSync(fd, entry.mtime, entry.mtime);
    this.close();
  }

  finish(): void {
    for (const [path, seconds] of this.#directoryTimes) lutimesSync(path, seconds, seconds);
  }

  /** Closes a file that an error left open. */
  close(): void {
    if (this.#open === undefined) return;
    closeSync(this.#open.fd);
    this.#open = undefined;
  }

  #node(entry: TarEntry, path: string): void {
    if (entry.type === "symlink") symlinkSync(entry.linkname, path);
    else if (entry.type === "link") this.#link(entry, path);
    else if (entry.type === "fifo") mknod(path, S_IFIFO, 0);
    else mknod(path, entry.type === "block-device" ? S_IFBLK : S_IFCHR, deviceNumber(entry));
  }

  #link({ name, linkname }: TarEntry, path: string): void {
    const target = this.#tree.absolute(this.#tree.place(linkname));
    try {
      linkSync(target, path);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "EPERM")) throw error;
      throw new EngineError("invalid", `Cannot unpack the hard link "${name}": "${linkname}" is no file of this layer`);
    }
  }

  #directory(place: string, path: string): void {
    if (place === "") return;
    try {
      mkdirSync(path);
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
      if (lstatSync(path).isDirectory()) return;
      this.#clear(place, path);
      mkdirSync(path);
    }
  }

  /** Makes what is not a directory; a later entry replaces an earlier one of the same layer. */
  #make<T>(place: string, path: string, make: () => T): T {
    try {
      return make();
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
      this.#clear(place, path);
      return make();
    }
  }

  #clear(place: string, path: string): void {
    rmSync(path, { recursive: true, force: true });
    this.#tree.forget(place);
  }

  #noteWritten(place: string): void {
    for (let at = place; at !== "" && at !== "." && !this.#written.has(at); at = dirname(at)) this.#written.add(at);
  }

  #attributes(entry: TarEntry, path: string): void {
    lchownSync(path, entry.uid, entry.gid);
    if (entry.type !== "symlink") chmodSync(path, entry.mode);
    setAttributes(path, entry.xattrs);
    if (entry.type === "directory") this.#directoryTimes.set(path, entry.mtime);
    else lutimesSync(path, entry.mtime, entry.mtime);
  }

  #whiteout(entry: string, name: string): void {
    const directory = this.#tree.place(join(dirname(entry), "x")).slice(0, -1);
    const absolute = this.#tree.absolute(directory);
    if (name === OPAQUE) {
      // It hides the layers below, not what this layer itself has put there.
      for (const child of readdirSync(absolute)) {
        const place = join(directory, child);
        if (!this.#written.has(place)) rmSync(join(absolute, child), { recursive: true });
      }
      lsetxattr(absolute, "trusted.overlay.opaque", Buffer.from("y"));
      return;
    }
    const hidden = name.slice(WHITEOUT.length);
    if (hidden === "" || hidden === "." || hidden === ".." || hidden.startsWith(WHITEOUT)) return;
    const place = join(directory, hidden);
    if (this.#written.has(place)) return;
    const path = join(absolute, hidden);
    this.#clear(place, path);
    mknod(path, S_IFCHR, 0);
  }
}

/** Sets extended attributes, but for those the file system does not know. */
function setAttributes(path: string, xattrs: TarEntry["xattrs"]): void {
  for (const [name, value] of xattrs) {
    // The overlay's own attributes would let an archive forge whiteouts and redirects.
    if (name.startsWith("trusted.overlay.")) continue;
    try {
      lsetxattr(path, name, value);
    } catch (error) {
      if (!isSystemError(error, "ENOTSUP", "EOPNOTSUPP")) throw error;
    }
  }
}

function deviceNumber({ major, minor }: TarEntry): number {
  // The kernel's wide device number, within what a JavaScript integer holds exactly.
  return ((minor & 0xff) | ((major & 0xfff) << 8)) + (minor & ~0xff) * 4096;
}
