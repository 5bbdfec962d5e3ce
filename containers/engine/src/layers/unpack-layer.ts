/** Unpacks one layer archive (OCI image-spec, "Image Layer Filesystem Changeset") into an overlay directory. Synchronous file calls: for a worker. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isSystemError, lsetxattr, mknod } from "@skiff/linux";
import { extract, type Header } from "tar-stream";
import { EngineError } from "../engine-error.ts";
import { decompressed } from "./compression.ts";
import { LayerTree } from "./layer-tree.ts";

const S_IFIFO = 0o010000;
const S_IFCHR = 0o020000;
const S_IFBLK = 0o060000;
const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";

/** Bounds on what a hostile archive can take. */
export interface UnpackLimits {
  readonly entries: number;
  /** Bytes of file content. */
  readonly bytes: number;
}

export const defaultUnpackLimits: UnpackLimits = { entries: 4_000_000, bytes: 256 * 1024 ** 3 };

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
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of decompressed(source)) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const writer = new LayerWriter(top, lower, limits);
  const archive = extract();
  const reading = (async () => {
    for await (const entry of archive) {
      await writer.write(entry.header, entry as AsyncIterable<Uint8Array>);
      entry.resume();
    }
  })();
  await Promise.all([pipeline(Readable.from(hashed(), { objectMode: false }), archive), reading]);
  writer.finish();
  return { diffId: `sha256:${hash.digest("hex")}`, bytes: writer.bytes };
}

class LayerWriter {
  readonly #tree: LayerTree;
  readonly #limits: UnpackLimits;
  readonly #written = new Set<string>();
  /** Directories get their times last: writing into them changes these. */
  readonly #directoryTimes = new Map<string, number>();
  #entries = 0;
  bytes = 0;

  constructor(top: string, lower: readonly string[], limits: UnpackLimits) {
    this.#tree = new LayerTree(top, lower);
    this.#limits = limits;
  }

  async write(header: Header, content: AsyncIterable<Uint8Array>): Promise<void> {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries)
      throw new EngineError("too-large", "Cannot unpack the layer: too many files");
    const name = basename(header.name);
    if (name.startsWith(WHITEOUT)) return this.#whiteout(header.name, name);
    const place = this.#tree.place(header.name);
    const path = this.#tree.absolute(place);
    if (place !== "") this.#clear(place, path, header.type === "directory");
    this.#written.add(place);
    switch (header.type) {
      case "directory":
        mkdirSync(path, { recursive: true });
        break;
      case "symlink":
        symlinkSync(header.linkname ?? "", path);
        break;
      case "link":
        // A hard link has the owner, mode and times of what it points at.
        linkSync(this.#tree.absolute(this.#tree.place(header.linkname ?? "")), path);
        return;
      case "character-device":
      case "block-device":
        mknod(path, header.type === "block-device" ? S_IFBLK : S_IFCHR, deviceNumber(header));
        break;
      case "fifo":
        mknod(path, S_IFIFO, 0);
        break;
      case "file":
      case "contiguous-file":
        await this.#file(path, content);
        break;
      default:
        return; // a type with no meaning in a layer, such as a pax global header
    }
    this.#attributes(header, place, path);
  }

  finish(): void {
    for (const [path, seconds] of this.#directoryTimes) lutimesSync(path, seconds, seconds);
  }

  async #file(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const fd = openSync(path, "wx", 0o600);
    try {
      for await (const chunk of content) {
        this.bytes += chunk.byteLength;
        if (this.bytes > this.#limits.bytes) throw new EngineError("too-large", "Cannot unpack the layer: too large");
        for (let at = 0; at < chunk.byteLength; ) at += writeSync(fd, chunk, at);
      }
    } finally {
      closeSync(fd);
    }
  }

  #attributes(header: Header, place: string, path: string): void {
    lchownSync(path, header.uid ?? 0, header.gid ?? 0);
    // After the owner: changing that takes the setuid bit away.
    if (header.type !== "symlink") chmodSync(path, (header.mode ?? 0o644) & 0o7777);
    for (const [key, value] of Object.entries(header.pax ?? {})) {
      const attribute = key.startsWith("SCHILY.xattr.") ? key.slice("SCHILY.xattr.".length) : undefined;
      // The overlay's own attributes would let an archive forge whiteouts and redirects.
      if (attribute === undefined || attribute.startsWith("trusted.overlay.")) continue;
      lsetxattr(path, attribute, Buffer.from(String(value)));
    }
    const seconds = (header.mtime?.getTime() ?? 0) / 1000;
    if (header.type === "directory") this.#directoryTimes.set(this.#tree.absolute(place), seconds);
    else lutimesSync(path, seconds, seconds);
  }

  /** A later entry replaces an earlier one of the same layer; a directory stays when a directory follows. */
  #clear(place: string, path: string, byDirectory: boolean): void {
    try {
      if (lstatSync(path).isDirectory() && byDirectory) return;
    } catch (error) {
      if (isSystemError(error, "ENOENT")) return;
      throw error;
    }
    rmSync(path, { recursive: true });
    this.#tree.forget(place);
  }

  #whiteout(entry: string, name: string): void {
    const directory = this.#tree.place(join(dirname(entry), "x")).slice(0, -1);
    const absolute = this.#tree.absolute(directory);
    if (name === OPAQUE) {
      // It hides the layers below, not what this layer itself has put there.
      for (const child of readdirSync(absolute)) {
        const place = join(directory, child);
        if (![...this.#written].some((written) => written === place || written.startsWith(`${place}/`)))
          rmSync(join(absolute, child), { recursive: true });
      }
      lsetxattr(absolute, "trusted.overlay.opaque", Buffer.from("y"));
      return;
    }
    const hidden = name.slice(WHITEOUT.length);
    if (hidden === "" || hidden === "." || hidden === ".." || hidden.startsWith(WHITEOUT)) return;
    const place = join(directory, hidden);
    if (this.#written.has(place)) return;
    const path = join(absolute, hidden);
    rmSync(path, { recursive: true, force: true });
    this.#tree.forget(place);
    mknod(path, S_IFCHR, 0);
  }
}

function deviceNumber({ devmajor, devminor }: Header): number {
  const major = devmajor ?? 0;
  const minor = devminor ?? 0;
  // The kernel's wide device number, within what a JavaScript integer holds exactly.
  return ((minor & 0xff) | ((major & 0xfff) << 8)) + (minor & ~0xff) * 4096;
}
