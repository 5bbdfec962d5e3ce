import type { ResourceCache } from "../../state/resource-cache.ts";

/** Resolves when the object with that key changed, at the latest after `ms` or when `signal` aborts; look whether it is there. */
export type Arrivals = (key: string, ms: number, signal: AbortSignal) => Promise<void>;

/** Waits for objects of the cache to appear. */
export function arrivals(cache: Pick<ResourceCache, "onChange">): Arrivals {
  const waiting = new Map<string, Set<() => void>>();
  cache.onChange((key) => {
    for (const wake of waiting.get(key) ?? []) wake();
  });
  return (key, ms, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const those = waiting.get(key) ?? new Set();
    waiting.set(key, those.add(resolve));
    const late = setTimeout(resolve, ms);
    const gone = () => resolve();
    signal.addEventListener("abort", gone, { once: true });
    return promise.finally(() => {
      clearTimeout(late);
      signal.removeEventListener("abort", gone);
      those.delete(resolve);
      if (those.size === 0) waiting.delete(key);
    });
  };
}
