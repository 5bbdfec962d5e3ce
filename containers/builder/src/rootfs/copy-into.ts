/** COPY's last step: files put into a root file system (Dockerfile reference, "COPY"). */
import { constants } from "node:fs";
import { chmod, copyFile, lchown, lstat, lutimes, mkdir, readlink, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { type FileTree, type Found, walk } from "../context/file-tree.ts";
import { resolveInRoot } from "./resolve-in-root.ts";

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

/** Copies the sources. A directory's contents go into the destination, a file goes into it or becomes it. */
export async function copyInto(tree: FileTree, sources: readonly Found[], target: CopyTarget): Promise<void> {
  const { root, destination, owner = { uid: 0, gid: 0 } } = target;
  const isDirectory = destination.endsWith("/") || sources.length > 1;
  for (const source of sources) {
    const from = join(tree.root, source.path);
    if (source.isDirectory) {
      await makeDirectory(root, destination, owner);
      for await (const { path, absolute } of walk(tree, source.path))
        await copyEntry(absolute, join(destination, path), target);
      continue;
    }
    const existing = await statOf(await resolveInRoot(root, destination));
    const into =
      isDirectory || existing?.isDirectory() ? join(destination, source.name || basename(source.path)) : destination;
    await makeDirectory(root, dirname(into), owner);
    await copyEntry(from, into, target);
  }
}

/** Makes a directory of a root file system with its parents; those that are new get the owner. Gives its path on the host. */
export async function makeDirectory(root: string, path: string, owner: { uid: number; gid: number }): Promise<string> {
  const absolute = await resolveInRoot(root, path);
  let made = root;
  for (const part of relative(root, absolute).split("/")) {
    if (part === "") continue;
    made = join(made, part);
    if ((await statOf(made)) !== undefined) continue;
    await mkdir(made, { mode: 0o755 });
    await chmod(made, 0o755);
    await lchown(made, owner.uid, owner.gid);
  }
  return absolute;
}

async function copyEntry(from: string, into: string, { root, owner, mode }: CopyTarget): Promise<void> {
  const stats = await lstat(from);
  // A link to a directory stays one when a directory is copied over it; a file replaces a link.
  const to = await resolveInRoot(root, into, { followLast: stats.isDirectory() });
  const existing = await statOf(to);
  if (stats.isDirectory()) {
    if (existing !== undefined && !existing.isDirectory())
      throw new Error(`cannot copy to ${into}: it is not a directory`);
    if (existing === undefined) await mkdir(to, { recursive: true });
  } else {
    if (existing?.isDirectory()) throw new Error(`cannot copy to ${into}: it is a directory`);
    if (existing !== undefined) await rm(to);
    if (existing === undefined) await mkdir(dirname(to), { recursive: true });
    if (stats.isSymbolicLink()) await symlink(await readlink(from), to);
    else if (stats.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
    else return; // Sockets, pipes and devices are no part of a context.
  }
  await lchown(to, owner?.uid ?? stats.uid, owner?.gid ?? stats.gid);
  if (!stats.isSymbolicLink()) await chmod(to, mode ?? stats.mode & 0o7777);
  await lutimes(to, stats.atime, stats.mtime);
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
