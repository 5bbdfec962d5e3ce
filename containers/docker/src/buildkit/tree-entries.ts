import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";

/** One file of a tree. */
export interface TreeEntry {
  /** Below the root, without a slash at its beginning. */
  readonly path: string;
  readonly absolute: string;
  readonly stats: Stats;
  /** Where a symbolic link leads; "" for all others. */
  readonly linkname: string;
}

/** Everything below `root`: names of one directory in byte order, a directory's contents right after it. No link is followed. */
export function* treeEntries(root: string, below = ""): Generator<TreeEntry> {
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = join(below, name);
    const absolute = join(root, path);
    const stats = lstatSync(absolute);
    yield { path, absolute, stats, linkname: stats.isSymbolicLink() ? readlinkSync(absolute) : "" };
    if (stats.isDirectory()) yield* treeEntries(root, path);
  }
}
