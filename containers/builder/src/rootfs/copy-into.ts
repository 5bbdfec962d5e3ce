/** COPY's last step: files put into a root file system (Dockerfile reference, "COPY"). */
import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { pacer } from "@skiff/engine";
import { type FileTree, type Found, walk } from "../context/file-tree.ts";
import { resolveInRootSync } from "./resolve-in-root.ts";

/** Where files go, and what they become there. */
export interface CopyTarget {
  /** The root file system, on the host. */
  readonly root: string;
  /** Absolute path in it; a slash at its end says that it is a directory. */
  readonly destination: string;
  /** Owner of everything copied or made; undefined keeps the owner of what is copied. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Permissions of everything copied; undefined keeps them. */
  readonly mode?: number | undefined;
}

/** Files up to this size are copied in one call. */
const SMALL = 1 << 20;

/** Copies the sources. A directory's contents go into the destination, a file goes into it or becomes it. */
export async function copyInto(tree: FileTree, sources: readonly Found[], target: CopyTarget): Promise<void> {
  const { root, destination, owner = { uid: 0, gid: 0 } } = target;
  const isDirectory = destination.endsWith("/") || sources.length > 1;
  const pace = pacer();
  for (const source of sources) {
    const from = join(tree.root, source.path);
    if (source.isDirectory) {
      await copyDirectory(tree, source, target, pace);
      continue;
    }
    const existing = statOf(resolveInRootSync(root, destination));
    const into =
      isDirectory || existing?.isDirectory() ? join(destination, source.name || basename(source.path)) : destination;
    makeDirectory(root, dirname(into), owner);
    await copyEntry(from, into, target);
  }
}

async function copyDirectory(
  tree: FileTree,
  source: Found,
  target: CopyTarget,
  pace: ReturnType<typeof pacer>,
): Promise<void> {
  const { root, destination, owner = { uid: 0, gid: 0 } } = target;
  // What is put into a directory changes its time: theirs are set when all is there.
  const directories: { readonly path: string; readonly stats: Stats }[] = [];
  const made = makeDirectory(root, destination, owner);
  if (!isRoot(source)) directories.push({ path: made, stats: lstatSync(join(tree.root, source.path)) });
  for await (const { path, absolute } of walk(tree, source.path)) {
    await pace();
    const copied = await copyEntry(absolute, join(destination, path), target);
    if (copied?.stats.isDirectory()) directories.push(copied);
  }
  for (const { path, stats } of directories.toReversed()) lutimesSync(path, stats.atime, stats.mtime);
}

/** Whether it is all of a tree, which is no directory of that tree. */
const isRoot = ({ path }: Found): boolean => join("/", path) === "/";

/** Makes a directory of a root file system with its parents; those that are new get the owner. Gives its path on the host. */
export function makeDirectory(root: string, path: string, owner: { uid: number; gid: number }): string {
  const absolute = resolveInRootSync(root, path);
  let made = root;
  for (const part of relative(root, absolute).split("/")) {
    if (part === "") continue;
    made = join(made, part);
    if (statOf(made) !== undefined) continue;
    mkdirSync(made, { mode: 0o755 });
    chmodSync(made, 0o755);
    lchownSync(made, owner.uid, owner.gid);
  }
  return absolute;
}

/** Gives where it is now, and what it was; undefined for what is not copied. */
async function copyEntry(
  from: string,
  into: string,
  { root, owner, mode }: CopyTarget,
): Promise<{ readonly path: string; readonly stats: Stats } | undefined> {
  const stats = lstatSync(from);
  // A link to a directory stays one when a directory is copied over it; a file replaces a link.
  const to = resolveInRootSync(root, into, { followLast: stats.isDirectory() });
  const existing = statOf(to);
  if (stats.isDirectory()) {
    if (existing !== undefined && !existing.isDirectory())
      throw new Error(`cannot copy to ${into}: it is not a directory`);
    if (existing === undefined) mkdirSync(to, { recursive: true });
  } else {
    if (existing?.isDirectory()) throw new Error(`cannot copy to ${into}: it is a directory`);
    if (existing !== undefined) rmSync(to);
    if (existing === undefined) mkdirSync(dirname(to), { recursive: true });
    if (stats.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else if (stats.isFile() && stats.size < SMALL) copyFileSync(from, to, constants.COPYFILE_FICLONE);
    else if (stats.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
    else return undefined; // Sockets, pipes and devices are no part of a context.
  }
  lchownSync(to, owner?.uid ?? stats.uid, owner?.gid ?? stats.gid);
  if (!stats.isSymbolicLink()) chmodSync(to, mode ?? stats.mode & 0o7777);
  lutimesSync(to, stats.atime, stats.mtime);
  return { path: to, stats };
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return undefined;
    throw error;
  }
}
