/** Files of the host are copied into containers, and removed from them where they are gone. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { type ContainerRef, isGone } from "../apply/container-steps.ts";
import { putFiles } from "../apply/put-files.ts";
import { runHooks } from "../apply/run-hooks.ts";
import type { InjectedFile } from "../apply/tar-file.ts";
import type { OperationContext } from "../operations/context.ts";

/** A file on the host, and where it belongs in the container. */
export interface SyncedFile {
  readonly path: string;
  readonly target: string;
}

/** Brings the containers up to date with the files. Directories are left to what is in them. */
export async function syncFiles(
  context: OperationContext,
  containers: readonly ContainerRef[],
  files: readonly SyncedFile[],
): Promise<void> {
  const present: InjectedFile[] = [];
  const gone: string[] = [];
  for (const { path, target } of files) {
    const content = await contentOf(path);
    if (content === "gone") gone.push(target);
    else if (content !== undefined) present.push({ path: target, ...content, uid: 0, gid: 0 });
  }
  await Promise.all(
    containers.map(async (container) => {
      try {
        if (gone.length > 0) await runHooks(context, container, [{ command: ["rm", "-rf", ...gone], user: "0" }]);
        await putFiles(context, container.id, present);
      } catch (error) {
        // A container that has just been replaced gets its files with its image.
        if (!isGone(error)) throw error;
      }
    }),
  );
}

/** Every file under `path`, for the first copy. */
export async function filesUnder({ path, target }: SyncedFile): Promise<SyncedFile[]> {
  const stats = await stat(path);
  if (!stats.isDirectory()) return [{ path, target }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = join(entry.parentPath, entry.name);
      return { path: full, target: posix.join(target, full.slice(path.length)) };
    });
}

/** Undefined for what is no file. */
async function contentOf(path: string): Promise<Pick<InjectedFile, "content" | "mode"> | "gone" | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? { content: await readFile(path), mode: stats.mode & 0o777 } : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "gone";
    throw error;
  }
}
