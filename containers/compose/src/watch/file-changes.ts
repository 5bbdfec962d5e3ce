/** Files that change, in batches. */
import { watch } from "node:fs";

/** How long nothing must change before a batch is complete, in milliseconds. Editors write in several steps. */
const QUIET = 300;

/**
 * Follows everything under `paths` (files or directories) and yields the absolute paths that changed, once it is quiet again. Ends
 * when `signal` aborts. Throws for a path that is not there.
 */
export async function* fileChanges(paths: readonly string[], signal: AbortSignal): AsyncGenerator<readonly string[]> {
  const changed = new Set<string>();
  let wake = Promise.withResolvers<void>();
  const watchers = paths.map((path) =>
    watch(path, { recursive: true, signal }, (_event, name) => {
      changed.add(name === null || path.endsWith(`/${name}`) ? path : `${path}/${name}`);
      wake.resolve();
    }).on("error", (error) => wake.reject(error)),
  );
  const stop = (): void => wake.resolve();
  signal.addEventListener("abort", stop, { once: true });
  try {
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
    for (const watcher of watchers) watcher.close();
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
