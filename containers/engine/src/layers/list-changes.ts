/** What a writable file system changed against the layers below it. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError, lgetxattr } from "@skiff/linux";
import type { FileChange } from "../snapshots.ts";

/** Lists the changes in an overlay's upper directory; `lower` are the directories below it, topmost first. Sorted by path. */
export async function listChanges(upper: string, lower: readonly string[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  await walk(upper, lower, "/", changes);
  return changes;
}

async function walk(upper: string, lower: readonly string[], place: string, changes: FileChange[]): Promise<void> {
  for (const name of (await readdir(join(upper, place))).sort()) {
    const path = join(place, name);
    const stats = await lstat(join(upper, path));
    if (stats.isCharacterDevice() && stats.rdev === 0) {
      changes.push({ path, kind: "deleted" });
      continue;
    }
    changes.push({ path, kind: (await isThere(lower, path)) ? "modified" : "added" });
    // What is below a directory that hides the one under it was not there before.
    if (stats.isDirectory()) await walk(upper, isOpaque(join(upper, path)) ? [] : lower, path, changes);
  }
}

/** Whether the layers together have something at that path: each is asked, from the top, until one has it or hides it. */
async function isThere(lower: readonly string[], path: string): Promise<boolean> {
  const parts = path.split("/").filter(Boolean);
  for (const layer of lower) {
    for (let depth = 1; depth <= parts.length; depth++) {
      const at = join(layer, ...parts.slice(0, depth));
      const stats = await statOf(at);
      if (!stats) break;
      if (stats.isCharacterDevice() && stats.rdev === 0) return false;
      if (depth === parts.length) return true;
      if (!stats.isDirectory() || (isOpaque(at) && !(await statOf(join(at, parts[depth] ?? ""))))) return false;
    }
  }
  return false;
}

function isOpaque(directory: string): boolean {
  return lgetxattr(directory, "trusted.overlay.opaque")?.toString() === "y";
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
