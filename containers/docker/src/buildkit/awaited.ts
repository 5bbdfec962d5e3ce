/** Things that clients name before they are there: they open them and what needs them at once, on several connections. */

/** Waiting for things by their names. */
export interface Awaited<T> {
  /** Resolves with what `arrived` brings under the name; rejects with what `missing` makes when it does not come for a while. */
  get(name: string, missing: () => Error, signal?: AbortSignal): Promise<T>;
  arrived(name: string, thing: T): void;
}

const WAIT_MILLISECONDS = 5000;

/** Makes one that nobody waits on yet. */
export function createAwaited<T>(): Awaited<T> {
  const waiting = new Map<string, Set<(thing: T) => void>>();
  return {
    async get(name, missing, signal) {
      const over = AbortSignal.any([AbortSignal.timeout(WAIT_MILLISECONDS), ...(signal === undefined ? [] : [signal])]);
      if (over.aborted) throw missing();
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const all = waiting.get(name) ?? new Set();
      waiting.set(name, all.add(resolve));
      over.addEventListener("abort", () => reject(missing()), { once: true });
      try {
        return await promise;
      } finally {
        all.delete(resolve);
        if (all.size === 0) waiting.delete(name);
      }
    },
    arrived(name, thing) {
      for (const resolve of waiting.get(name) ?? []) resolve(thing);
    },
  };
}
