import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "@skiff/linux";

/** Disk space and inodes below a directory, each inode once. Files that go away meanwhile are not counted. */
export async function directoryUsage(directory: string): Promise<{ bytes: number; inodes: number }> {
  let bytes = 0;
  let inodes = 0;
  const linked = new Set<string>();
  const pending = [directory];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    try {
      const stats = await lstat(path);
      if (stats.nlink > 1 && !stats.isDirectory()) {
        const inode = `${stats.dev}:${stats.ino}`;
        if (linked.has(inode)) continue;
        linked.add(inode);
      }
      bytes += stats.blocks * 512;
      inodes += 1;
      if (stats.isDirectory()) for (const name of await readdir(path)) pending.push(join(path, name));
    } catch (error) {
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  }
  return { bytes, inodes };
}
