import type { Store } from "@skiff/store";
import type { Log } from "../server-options.ts";
import type { Caches } from "./caches.ts";

const INTERVAL_MS = 5 * 60_000;

/** Every five minutes, forgets the history older than the last five: what clients may still resume from stays. */
export function startCompaction(store: Store, caches: Caches, log: Log): Disposable {
  let previous = 0;
  const timer = setInterval(() => {
    const upTo = previous;
    previous = caches.revision;
    if (upTo === 0 || upTo === previous) return;
    store.compact(upTo).then(
      () => log.debug("history compacted", { revision: upTo }),
      (error) => log.error("cannot compact the history", { revision: upTo, error }),
    );
  }, INTERVAL_MS).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
