import { randomUUID } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSystemError } from "@skiff/linux";

/** Replaces a file's content so that a crash at any moment leaves the old or the new one, whole. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Replaces a file's content so that an end of this process at any moment leaves the old or the new one, whole. A power failure may leave an
 * empty file: this is for what a reboot makes worthless. Synchronous, since what goes into the page cache takes less time than a thread's turn.
 */
export function writeUntilReboot(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Whether something failed because the disk, or what somebody may use of it, is full. */
export function isFull(error: unknown): boolean {
  return isSystemError(error, "ENOSPC", "EDQUOT");
}

/** Deletes what a `writeDurably` or `writeUntilReboot` that a crash cut short left in `directory`. To be called before the first write there. */
export async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (/\.[0-9a-f-]{36}\.tmp$/.test(name)) await rm(join(directory, name), { force: true });
}

/** Makes what was renamed into or out of the directory of `path` survive a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Reads a JSON file this engine wrote; undefined when it is absent, or empty as `writeUntilReboot` may leave it. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    const text = await readFile(path, "utf8");
    return text === "" ? undefined : (JSON.parse(text) as T);
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}
