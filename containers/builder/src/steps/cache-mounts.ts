/** Directories of `RUN --mount=type=cache`: they outlive builds, and are no part of any image. */
import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** How builds at once use one cache: all at the same time, one after the other, or each with a directory of its own. */
export type Sharing = "shared" | "locked" | "private";

/** A cache that somebody uses. */
export interface CacheLease {
  readonly directory: string;
  release(): void;
}

/** What a directory is made with where it is not there yet. */
export interface NewCache {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Puts the first contents in. */
  readonly fill?: ((directory: string) => Promise<void>) | undefined;
}

/** The caches of a builder. */
export interface CacheMounts {
  /** Waits for the cache where it is locked. */
  acquire(id: string, sharing: Sharing, made: NewCache, signal: AbortSignal): Promise<CacheLease>;
  /** All caches, with the time of their last change in milliseconds since the epoch. */
  list(): Promise<{ readonly name: string; readonly bytes: number; readonly used: number; readonly inUse: boolean }[]>;
  /** Removes one; false where somebody uses it. */
  remove(name: string): Promise<boolean>;
}

/** Opens the caches kept in `root`. */
export function openCacheMounts(root: string): CacheMounts {
  const users = new Map<string, number>();
  const locks = new Map<string, Promise<void>>();
  const making = new Map<string, Promise<void>>();

  async function make(directory: string, { mode, uid, gid, fill }: NewCache): Promise<void> {
    if (await exists(directory)) return;
    await mkdir(directory, { recursive: true });
    await fill?.(directory);
    await chown(directory, uid, gid);
    await chmod(directory, mode);
  }

  return {
    async acquire(id, sharing, made, signal) {
      const name = createHash("sha256").update(id).digest("hex");
      let directory = join(root, name);
      let unlock: () => void = () => undefined;
      if (sharing === "locked") {
        const before = locks.get(name);
        const held = Promise.withResolvers<void>();
        const mine = (before ?? Promise.resolve()).then(() => held.promise);
        locks.set(name, mine);
        unlock = () => {
          held.resolve();
          if (locks.get(name) === mine) locks.delete(name);
        };
        await before;
        if (signal.aborted) {
          unlock();
          throw signal.reason;
        }
      }
      if (sharing === "private") {
        for (let copy = 1; (users.get(directory) ?? 0) > 0; copy++) directory = join(root, `${name}-${copy}`);
      }
      users.set(directory, (users.get(directory) ?? 0) + 1);
      const release = () => {
        users.set(directory, (users.get(directory) ?? 1) - 1);
        unlock();
      };
      try {
        const known = making.get(directory) ?? make(directory, made);
        making.set(directory, known);
        await known.finally(() => making.delete(directory));
      } catch (error) {
        release();
        throw error;
      }
      return { directory, release };
    },
    async list() {
      if (!(await exists(root))) return [];
      return Promise.all(
        (await readdir(root)).map(async (name) => {
          const directory = join(root, name);
          const inUse = (users.get(directory) ?? 0) > 0;
          return { name, bytes: await bytesIn(directory), used: (await stat(directory)).mtimeMs, inUse };
        }),
      );
    },
    async remove(name) {
      const directory = join(root, name);
      if ((users.get(directory) ?? 0) > 0) return false;
      await rm(directory, { recursive: true, force: true });
      return true;
    },
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

// What goes away meanwhile takes no room any more.
async function bytesIn(directory: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(directory, { recursive: true })) {
    const stats = await lstat(join(directory, name)).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (stats?.isFile()) bytes += stats.blocks * 512;
  }
  return bytes;
}
