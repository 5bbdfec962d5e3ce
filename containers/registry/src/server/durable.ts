/** Files that are there whole or not at all, also after a loss of power. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts text or bytes at a path, whose directories are made. Durable when it resolves. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}${UNFINISHED}`;
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncDirectory(dirname(path));
}

/** How names of files end that a crash may leave half written; a reader of a directory passes over them. */
export const UNFINISHED = ".unfinished";

/** Makes the names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file's text; undefined where it is not there. */
export async function readText(path: string): Promise<string | undefined> {
  return unlessMissing(() => readFile(path, "utf8"));
}

/** A file's size in bytes and when it was last written, in milliseconds; undefined where it is not there. */
export async function statOf(path: string): Promise<{ size: number; mtimeMs: number } | undefined> {
  return unlessMissing(() => stat(path));
}

/** The finished names in a directory, in byte order; undefined where it is not there. */
export async function namesIn(path: string): Promise<string[] | undefined> {
  const names = await unlessMissing(() => readdir(path));
  return names?.filter((name) => !name.endsWith(UNFINISHED)).sort();
}

async function unlessMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
