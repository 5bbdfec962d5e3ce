/** Mount points that a runtime makes in a root file system: not part of what the user's command did. */
import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { resolveInRoot } from "./resolve-in-root.ts";

const RUNTIME_STUBS = ["/dev", "/proc", "/sys", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname"];

/** Takes note of the mount points that are not there yet; `remove` takes them away again where they are still empty. */
export async function rememberStubs(root: string, targets: readonly string[]): Promise<{ remove(): Promise<void> }> {
  const missing: string[] = [];
  for (const target of [...RUNTIME_STUBS, ...targets.filter((path) => !path.startsWith("/dev/"))]) {
    // Parents that are missing, too, come after what is in them.
    for (let path = target; path !== "/" && path !== "."; path = dirname(path)) {
      if ((await statOf(await resolveInRoot(root, path))) !== undefined) break;
      missing.push(path);
    }
  }
  return {
    async remove() {
      for (const path of missing) {
        const absolute = await resolveInRoot(root, path);
        const stats = await statOf(absolute);
        if (stats?.isDirectory() && (await readdir(absolute)).length === 0) await rmdir(absolute);
        else if (stats?.isFile() && stats.size === 0) await rm(absolute);
      }
    },
  };
}

async function statOf(path: string) {
  try {
    return await lstat(join(path));
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
