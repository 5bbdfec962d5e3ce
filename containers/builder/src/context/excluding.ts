/** `--exclude`: a tree less what patterns name below one source (Dockerfile reference, "COPY --exclude"). */
import { posix } from "node:path";
import type { FileTree, Found } from "./file-tree.ts";
import { parseIgnorePatterns } from "./ignore-patterns.ts";

/**
 * The tree as a COPY of `source` is to see it: patterns apply to paths below the source. Undefined where they leave the source itself
 * out, which they do for a file whose name matches.
 */
export function excluding(tree: FileTree, source: Found, patterns: readonly string[]): FileTree | undefined {
  if (patterns.length === 0) return tree;
  const excluded = parseIgnorePatterns(patterns.join("\n"));
  if (!source.isDirectory) return excluded.ignores(source.name) ? undefined : tree;
  return {
    ...tree,
    ignore: {
      hasExceptions: excluded.hasExceptions || tree.ignore?.hasExceptions === true,
      ignores: (path) =>
        tree.ignore?.ignores(path) === true || excluded.ignores(posix.relative(source.path, path)) === true,
    },
  };
}
