import { closeSync, constants, openSync } from "node:fs";
import { openat2 } from "./libc.ts";

const RESOLVE_NO_MAGICLINKS = 2;
const RESOLVE_IN_ROOT = 16;

/**
 * Opens `path` as a process with `root` as its root directory would: ".." and symbolic links, absolute ones too, cannot lead out
 * (openat2(2), RESOLVE_IN_ROOT), even while somebody inside changes them. Gives a descriptor that the caller closes.
 */
export function openInRoot(root: string, path: string, flags: number = constants.O_RDONLY, mode = 0): number {
  const O_CLOEXEC = 0o2000000;
  const directory = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return openat2(directory, path === "" ? "." : path, {
      flags: flags | O_CLOEXEC,
      mode,
      resolve: RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
    });
  } finally {
    closeSync(directory);
  }
}
