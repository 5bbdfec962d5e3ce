import { lstatSync, mkdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

const MAX_DEPTH = 255;
const MAX_LINKS = 40;

/**
 * Finds out where in a layer a path of an archive belongs. The layer's own directory is `top`; `lower` are the unpacked layers below,
 * topmost first. Symbolic links on the way are followed inside the image, wherever they are, as a container would follow them;
 * nothing ever leads out. Only one unpacking at a time may write to `top`.
 */
export class LayerTree {
  readonly #top: string;
  readonly #lower: readonly string[];
  readonly #resolved = new Map<string, string>([["", ""]]);
  /** Whether any path that is known leads through a link. */
  #links = false;

  constructor(top: string, lower: readonly string[]) {
    this.#top = top;
    this.#lower = lower;
  }

  /** Path in the layer of an entry's own name: its parent directories followed, made if need be; the last part kept. "" is the root. */
  place(name: string): string {
    const parts = split(name);
    const last = parts.pop();
    if (last === undefined) return "";
    return join(this.#directory(parts, 0), last);
  }

  /** Absolute path of a place. */
  absolute(place: string): string {
    return join(this.#top, place);
  }

  /** Forgets what is known once an entry was replaced that a path may lead through. */
  forget(place: string): void {
    // All of it: looking for what is below would take longer with every entry.
    if (!this.#resolved.has(place) && !this.#links) return;
    this.#resolved.clear();
    this.#resolved.set("", "");
    this.#links = false;
  }

  #directory(parts: readonly string[], links: number): string {
    const key = parts.join("/");
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    if (parts.length > MAX_DEPTH)
      throw new EngineError("invalid", `Cannot unpack a path of ${parts.length} directories`);
    const parent = this.#directory(parts.slice(0, -1), links);
    const here = join(parent, parts.at(-1) ?? "");
    const target = this.#linkAt(here);
    if (target === undefined) {
      this.#makeDirectory(here);
      this.#resolved.set(key, here);
      return here;
    }
    this.#links = true;
    if (links >= MAX_LINKS) throw new EngineError("invalid", `Cannot unpack "${key}": too many symbolic links`);
    const from = target.startsWith("/") ? [] : parent.split("/").filter(Boolean);
    return this.#directory(split(target, from), links + 1);
  }

  #linkAt(place: string): string | undefined {
    for (const root of [this.#top, ...this.#lower]) {
      try {
        const stats = lstatSync(join(root, place));
        return stats.isSymbolicLink() ? readlinkSync(join(root, place)) : undefined;
      } catch (error) {
        if (!isSystemError(error, "ENOENT", "ENOTDIR")) throw error;
      }
    }
    return undefined;
  }

  #makeDirectory(place: string): void {
    const path = join(this.#top, place);
    try {
      if (lstatSync(path).isDirectory()) return;
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
      mkdirSync(path, { mode: 0o755 });
      return;
    }
    throw new EngineError("invalid", `Cannot unpack below "${place}": it is not a directory`);
  }
}

/** The parts of a path, with ".." taken back but never above the root. */
function split(path: string, from: readonly string[] = []): string[] {
  if (path.includes("\0")) throw new EngineError("invalid", "Cannot unpack a path with a NUL in it");
  const parts = [...from];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts;
}
