/** `.dockerignore`: which paths of a context are left out (Dockerfile reference, ".dockerignore file"). */
import { patternSource } from "./pattern.ts";

const MAX_PATTERNS = 10_000;

/** Answers whether a path (relative, with slashes) is left out. The last pattern that matches decides. */
export interface IgnorePatterns {
  ignores(path: string): boolean;
  /** Whether a pattern beginning with `!` may bring back something below an ignored directory. */
  readonly hasExceptions: boolean;
}

/** The patterns in the text of a `.dockerignore`, as they are written. */
export function ignoreLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .slice(0, MAX_PATTERNS);
}

/** Reads the text of a `.dockerignore`. */
export function parseIgnorePatterns(text: string): IgnorePatterns {
  const rules = ignoreLines(text).map((line) => {
    const isException = line.startsWith("!");
    const pattern = (isException ? line.slice(1).trim() : line).replace(/^\/+|\/+$/g, "").replace(/^(?:\.\/)+/, "");
    // A pattern that names a directory covers what is in it.
    return { isException, matches: new RegExp(`^${patternSource(pattern)}(?:/.*)?$`, "s") };
  });
  return {
    hasExceptions: rules.some(({ isException }) => isException),
    ignores: (path) => rules.findLast(({ matches }) => matches.test(path))?.isException === false,
  };
}
