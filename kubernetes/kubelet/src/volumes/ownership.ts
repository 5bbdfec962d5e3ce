import { chmod, lchown, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Gives `path` and what is in it to `group`, which may read and write all of it and owns what is created there later. */
export async function giveToGroup(path: string, group: number): Promise<void> {
  const info = await lstat(path);
  if (info.gid !== group) await lchown(path, -1, group);
  if (info.isSymbolicLink()) return;
  const mode = info.mode | (info.isDirectory() ? 0o2770 : 0o660);
  if (mode !== info.mode) await chmod(path, mode & 0o7777);
  if (!info.isDirectory()) return;
  for (const name of await readdir(path)) await giveToGroup(join(path, name), group);
}
