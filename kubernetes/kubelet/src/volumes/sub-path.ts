import { closeSync, constants, fstatSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openInRoot } from "@skiff/linux";
import type { Mounter } from "./mounter.ts";

const O_PATH = 0o10000000;

/**
 * Binds `subPath` of the volume at `root` onto `target` and answers `target`. A container may write into the volume while
 * this goes on: the path is resolved with the volume as root, and what was resolved is what is bound. A missing directory
 * is created.
 */
export async function bindSubPath(mounter: Mounter, root: string, subPath: string, target: string): Promise<string> {
  if (subPath.startsWith("/") || subPath.split("/").includes(".."))
    throw new Error(`subPath ${subPath} must stay in its volume`);
  const fd = openOrCreate(root, subPath) ?? (await createThenOpen(root, subPath));
  try {
    if (fstatSync(fd).isDirectory()) await mkdir(target, { recursive: true });
    else {
      await mkdir(dirname(target), { recursive: true });
      await (await open(target, "a")).close();
    }
    mounter.unmountBelow(target);
    mounter.bind(`/proc/self/fd/${fd}`, target);
  } finally {
    closeSync(fd);
  }
  return target;
}

function openOrCreate(root: string, path: string): number | undefined {
  try {
    return openInRoot(root, path, O_PATH);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Makes the missing directories one by one, each below a parent resolved inside the volume. */
async function createThenOpen(root: string, path: string): Promise<number> {
  const segments = path.split("/").filter((segment) => segment !== "" && segment !== ".");
  for (const [index, segment] of segments.entries()) {
    const parent = openInRoot(root, segments.slice(0, index).join("/"), constants.O_DIRECTORY | O_PATH);
    try {
      await mkdir(join(`/proc/self/fd/${parent}`, segment), 0o750).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
    } finally {
      closeSync(parent);
    }
  }
  return openInRoot(root, path, O_PATH);
}
