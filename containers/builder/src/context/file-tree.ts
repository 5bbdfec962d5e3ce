/** The files that a COPY or ADD takes out of a directory: found, filtered, and hashed. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { pacer } from "@skiff/engine";
import { resolveInRoot } from "../rootfs/resolve-in-root.ts";
import type { IgnorePatterns } from "./ignore-patterns.ts";
import { isPattern, patternSource } from "./pattern.ts";

/** A directory that files are taken from: the context, or the root of another stage. */
export interface FileTree {
  readonly root: string;
  readonly ignore?: IgnorePatterns | undefined;
  /** Whether somebody may change the files while they are read. */
  readonly isLive?: boolean;
}

/** Something a source path stands for. */
export interface Found {
  /** Its path below the root of the tree, links on the way resolved; "" is the root. */
  readonly path: string;
  /** Its last name as it was asked for. */
  readonly name: string;
  readonly isDirectory: boolean;
}

const MAX_ENTRIES = 1_000_000;
/** Files up to this size are read in one call. */
const SMALL = 256 * 1024;

/**
 * What a source path or pattern stands for, in order. Empty for a pattern that matches nothing, and for a path that is not
 * there. Links are followed within the root.
 */
export async function findSources(tree: FileTree, source: string): Promise<Found[]> {
  const clean = source
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  const paths = isPattern(clean) ? await matching(tree, clean) : [clean];
  const found: Found[] = [];
  for (const path of paths) {
    const absolute = await resolveInRoot(tree.root, path);
    const inside = relative(tree.root, absolute);
    if (inside !== "" && isHidden(tree, inside)) continue;
    const stats = statOf(absolute);
    if (stats !== undefined)
      found.push({ path: inside, name: path.split("/").at(-1) ?? "", isDirectory: stats.isDirectory() });
  }
  return found;
}

/** Everything at and below a directory of the tree, parents first, in byte order; paths are relative to that directory. */
export async function* walk(tree: FileTree, directory: string): AsyncGenerator<{ path: string; absolute: string }> {
  let count = 0;
  const pending = [""];
  while (pending.length > 0) {
    const path = pending.pop() ?? "";
    const names = readdirSync(join(tree.root, directory, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? 1 : -1,
    );
    const directories: string[] = [];
    for (const entry of names.reverse()) {
      const inside = join(path, entry.name);
      const ignored = tree.ignore?.ignores(join(directory, inside)) === true;
      if (ignored && !(entry.isDirectory() && tree.ignore?.hasExceptions)) continue;
      if (++count > MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} files below ${directory || "the context"}`);
      if (!ignored) yield { path: inside, absolute: join(tree.root, directory, inside) };
      if (entry.isDirectory()) directories.push(inside);
    }
    pending.push(...directories.reverse());
  }
}

/** A hash of what the sources hold: names, kinds, modes and contents; not owners or times, which differ between checkouts. */
export async function hashSources(tree: FileTree, sources: readonly Found[]): Promise<string> {
  const hash = createHash("sha256");
  const pace = pacer();
  for (const source of sources) {
    hash.update(`source ${JSON.stringify([source.name, source.isDirectory])}\n`);
    await hashEntry(hash, join(tree.root, source.path), "");
    if (!source.isDirectory) continue;
    for await (const { path, absolute } of walk(tree, source.path)) {
      await pace();
      await hashEntry(hash, absolute, path);
    }
  }
  return hash.digest("hex");
}

async function hashEntry(hash: Hash, absolute: string, path: string): Promise<void> {
  const stats = lstatSync(absolute);
  const target = stats.isSymbolicLink() ? readlinkSync(absolute) : "";
  hash.update(`${JSON.stringify([path, stats.mode, stats.isFile() ? stats.size : 0, target])}\n`);
  if (!stats.isFile()) return;
  if (stats.size < SMALL) hash.update(readFileSync(absolute));
  else for await (const chunk of createReadStream(absolute, { highWaterMark: SMALL })) hash.update(chunk);
}

async function matching(tree: FileTree, pattern: string): Promise<string[]> {
  const parts = pattern.split("/");
  const fixed = parts.findIndex(isPattern);
  const start = parts.slice(0, fixed).join("/");
  const base = relative(tree.root, await resolveInRoot(tree.root, start));
  const stats = statOf(join(tree.root, base));
  if (stats === undefined || !stats.isDirectory()) return [];
  const matches = new RegExp(`^${patternSource(parts.slice(fixed).join("/"))}$`, "s");
  const found: string[] = [];
  for await (const { path } of walk(tree, base)) if (matches.test(path)) found.push(join(base, path));
  return found.sort();
}

function isHidden(tree: FileTree, path: string): boolean {
  return tree.ignore?.ignores(path) === true && !tree.ignore.hasExceptions;
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
