import { closeSync, readlinkSync } from "node:fs";
import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isMountpoint, isSystemError, openInRoot } from "@skiff/linux";
import type { ContainerMount } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import type { UserNamespace } from "../runtime/user-namespace.ts";
import type { OpenVolumes } from "../volumes/open-volumes.ts";

/**
 * A container's mounts with volumes as what they are on the host, and with sources that were to be made. Its volumes belong to `users`
 * where it has others than the host's.
 */
export async function hostMounts(
  volumes: OpenVolumes,
  mounts: readonly ContainerMount[],
  users: UserNamespace | undefined,
): Promise<ContainerMount[]> {
  const found: ContainerMount[] = [];
  for (const mount of mounts) {
    const { type, source = "", createSource } = mount;
    if (type === "volume") {
      const own = await volumes.mount(source);
      // On some another file system is mounted, and not every one can be shown with other ids.
      const directory = users && !isMountpoint(own) ? users.shown(own) : own;
      found.push({ ...mount, type: "bind", source: mount.subpath ? inVolume(directory, mount.subpath) : directory });
    } else {
      if (createSource && source !== "") await makeSource(source, users);
      found.push(mount);
    }
  }
  return found;
}

async function makeSource(path: string, users: UserNamespace | undefined): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true });
    if (made !== undefined && users) await chown(path, users.ids.uid.start, users.ids.gid.start);
  } catch (error) {
    // A file is mounted as it is.
    if (!isSystemError(error, "EEXIST")) throw error;
  }
}

function openSubpath(volume: string, subpath: string): number {
  try {
    return openInRoot(volume, subpath);
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ENOTDIR", "ELOOP")) throw error;
    throw new EngineError("invalid", `cannot access path ${join(volume, subpath)}: no such file or directory`, {
      cause: error,
    });
  }
}

/** What the runtime mounts must lie in the volume, wherever the links that a container left there lead. */
function inVolume(volume: string, subpath: string): string {
  const descriptor = openSubpath(volume, subpath);
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } finally {
    closeSync(descriptor);
  }
}
