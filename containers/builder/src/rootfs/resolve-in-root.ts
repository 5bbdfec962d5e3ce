/** Paths inside a root: symbolic links in it, absolute ones too, lead nowhere else. */
import { lstatSync, readlinkSync } from "node:fs";
import { join } from "node:path";

const MAX_LINKS = 255;

/** How a path is resolved. */
export interface ResolveOptions {
  /** Whether a link at the end of the path is followed, too. Default true. */
  readonly followLast?: boolean;
}

/**
 * The path of `path` below `root` on the host, as a process with that root would see it: `..` stops at the root, and links are
 * followed within it. Components that do not exist are taken as they are. Safe as long as nothing in `root` changes meanwhile.
 * Throws where links go in circles.
 */
export async function resolveInRoot(root: string, path: string, options: ResolveOptions = {}): Promise<string> {
  return resolveInRootSync(root, path, options);
}

/** The same, without giving others a turn. */
export function resolveInRootSync(root: string, path: string, { followLast = true }: ResolveOptions = {}): string {
  if (path.includes("\0")) throw new Error("a path must not contain a NUL character");
  const pending = path.split("/").reverse();
  let done: string[] = [];
  let links = 0;
  while (pending.length > 0) {
    const component = pending.pop();
    if (component === undefined || component === "" || component === ".") continue;
    if (component === "..") {
      done.pop();
      continue;
    }
    const isLast = pending.every((rest) => rest === "" || rest === ".");
    const target = isLast && !followLast ? undefined : linkTarget(join(root, ...done, component));
    if (target === undefined) {
      done.push(component);
      continue;
    }
    if (++links > MAX_LINKS) throw new Error(`too many levels of symbolic links: ${path}`);
    if (target.startsWith("/")) done = [];
    pending.push(...target.split("/").reverse());
  }
  return join(root, ...done);
}

function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}
