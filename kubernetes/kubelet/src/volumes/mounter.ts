import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { mountBind, mountsBelow, mountTmpfs, unmount } from "@skiff/linux";

/** The mounts volumes are made of. */
export interface Mounter {
  /** Mounts a tmpfs on `target`, which must exist; `size` in bytes, unlimited when absent. */
  tmpfs(target: string, size?: number): void;
  bind(source: string, target: string): void;
  /** Unmounts everything at or below `directory`. */
  unmountBelow(directory: string): void;
}

/** Mounts in the kernel. */
export const kernelMounter: Mounter = {
  tmpfs: (target, size) => mountTmpfs(target, { size, mode: 0o777 }),
  bind: (source, target) => mountBind(source, target, { recursive: true }),
  unmountBelow(directory) {
    for (const target of mountsBelow(directory)) unmount(target);
  },
};

/** True when something is mounted on `path` itself. */
export async function isMountPoint(path: string): Promise<boolean> {
  const [own, parent] = await Promise.all([stat(path), stat(dirname(path))]);
  return own.dev !== parent.dev;
}

/** Mounts a tmpfs on `path`, made if need be, unless there is one. */
export async function ensureTmpfs(mounter: Mounter, path: string, size?: number): Promise<void> {
  await mkdir(path, { recursive: true });
  if (!(await isMountPoint(path))) mounter.tmpfs(path, size);
}
