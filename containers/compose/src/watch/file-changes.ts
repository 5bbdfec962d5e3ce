/** Files that change, in batches. */
import { watchTree } from "./watch-tree.ts";

/** How long nothing must change before a batch is complete, in milliseconds. Editors write in several steps. */
const QUIET = 300;

/** What is watched, and for how long. */
export interface WatchedFiles {
  /** Files or directories, absolute. */
  readonly paths: readonly string[];
  /** Directories that need not be looked into. */
  isIgnored(directory: string): boolean;
  /** Called when from now on nothing is missed. */
  onReady(): void;
  readonly signal: AbortSignal;
}

/**
 * Follows everything under `paths` and yields the absolute paths that changed, once it is quiet again. Ends when `signal` aborts.
 * Throws for a path that is not there.
 */
export async function* fileChanges({
  paths,
  isIgnored,
  onReady,
  signal,
}: WatchedFiles): AsyncGenerator<readonly string[]> {
  const changed = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const listener = {
    isIgnored,
    onChange(path: string) {
      changed.add(path);
      wake.resolve();
    },
    onError: (error: unknown) => wake.reject(error),
  };
  const stop = (): void => wake.resolve();
  signal.addEventListener("abort", stop, { once: true });
  const trees: { close(): void }[] = [];
  try {
    for (const path of paths) trees.push(await watchTree(path, listener));
    onReady();
    while (!signal.aborted) {
      await wake.promise;
      for (let seen = -1; seen !== changed.size && !signal.aborted; ) {
        seen = changed.size;
        await quiet(signal);
      }
      wake = Promise.withResolvers<void>();
      if (signal.aborted) return;
      const batch = [...changed];
      changed.clear();
      if (batch.length > 0) yield batch;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    for (const tree of trees) tree.close();
  }
}

function quiet(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, QUIET);
    signal.addEventListener("abort", end, { once: true });
  });
}
