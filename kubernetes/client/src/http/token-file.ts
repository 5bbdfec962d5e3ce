import { readFile } from "node:fs/promises";

const REREAD_AFTER_MS = 60_000;

/**
 * A token source for `httpTransport` that reads `path` and reads it again after a minute, since such tokens are replaced
 * in place before they expire. A file that became unreadable leaves the last token in use.
 */
export function tokenFile(path: string, now: () => number = Date.now): () => Promise<string> {
  let token: string | undefined;
  let readAt = 0;
  return async () => {
    if (token !== undefined && now() - readAt < REREAD_AFTER_MS) return token;
    try {
      token = (await readFile(path, "utf8")).trim();
    } catch (error) {
      if (token === undefined) throw new Error(`Cannot read the token at ${path}`, { cause: error });
    }
    readAt = now();
    return token;
  };
}
