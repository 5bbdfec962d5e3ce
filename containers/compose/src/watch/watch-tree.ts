/** Watches a directory and all below it, or one file. One watch for a directory, none for what is ignored. */
import { type FSWatcher, watch } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Whom to tell, and of what. */
export interface TreeListener {
  /** A directory that need not be looked into. */
  isIgnored(directory: string): boolean;
  /** A file or directory appeared, changed or went away. Absolute. */
  onChange(path: string): void;
  /** Nothing is told any more. */
  onError(error: unknown): void;
}

/** Begins to watch `path`. Rejects when it is not there. The watch ends with `close`. */
export async function watchTree(path: string, listener: TreeListener): Promise<{ close(): void }> {
  const watchers = new Map<string, FSWatcher>();
  let isOver = false;

  const changed = async (directory: string, name: string): Promise<void> => {
    const full = join(directory, name);
    listener.onChange(full);
    const stats = await statIfThere(full);
    if (stats?.isDirectory() && !watchers.has(full)) await add(full, { tell: true });
    if (stats === undefined) forget(full);
  };

  const add = async (directory: string, { tell }: { readonly tell: boolean }): Promise<void> => {
    if (isOver || listener.isIgnored(directory)) return;
    const watcher = watch(directory, (_event, name) => {
      if (name !== null && !isOver) changed(directory, name).catch(listener.onError);
    });
    // A directory that goes away ends its watch; its parent tells of that.
    watcher.on("error", () => forget(directory));
    watchers.set(directory, watcher);
    // Looked at after the watch has begun, so that nothing slips in between.
    for (const entry of await entriesIfThere(directory)) {
      const full = join(directory, entry.name);
      if (entry.isDirectory()) await add(full, { tell });
      else if (tell) listener.onChange(full);
    }
  };

  const forget = (directory: string): void => {
    for (const [watched, watcher] of watchers) {
      if (watched !== directory && !watched.startsWith(`${directory}/`)) continue;
      watcher.close();
      watchers.delete(watched);
    }
  };

  if ((await stat(path)).isDirectory()) await add(path, { tell: false });
  else {
    // Editors replace a file by another one: its directory tells of both.
    const parent = dirname(path);
    const watcher = watch(parent, (_event, name) => {
      if (name === basename(path)) listener.onChange(path);
    });
    watcher.on("error", listener.onError);
    watchers.set(parent, watcher);
  }
  return {
    close() {
      isOver = true;
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function entriesIfThere(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
