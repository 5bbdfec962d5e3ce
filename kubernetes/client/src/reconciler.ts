import { type Cacheable, cacheKey, type Informer } from "./informer.ts";

/** Ask to be called again for the same key, whatever happens meanwhile. */
export interface Again {
  readonly requeueAfterMs: number;
}

/** A source of keys: it calls `enqueue` whenever the object with that key may need a look. */
export interface Watch {
  /** The informers that must have synced before the first reconcile. */
  readonly informers: readonly Pick<Informer<unknown>, "synced">[];
  /** Starts feeding; returns what stops it. */
  feed(enqueue: (key: string) => void): () => void;
}

/**
 * Brings one thing at a time to its desired state.
 *
 * The runner calls `reconcile` with a key whenever anything watched may have changed, and again after a failure; never
 * twice at once for the same key, but at once for different keys. It must read the present state from caches rather than
 * remember events: several changes may be behind one call, and none after a restart. It must be idempotent, since the
 * process may die between any two writes. Object gone: return. Throwing means "try again later", with growing delays.
 * When `signal` aborts, stop at the next write.
 */
export interface Reconciler {
  readonly name: string;
  readonly watches: readonly Watch[];
  // biome-ignore lint/suspicious/noConfusingVoidType: most reconcilers return nothing
  reconcile(key: string, signal: AbortSignal): Promise<Again | void>;
}

/** Every object of the informer, under its own key. */
export function self<T extends Cacheable>(informer: Informer<T>): Watch {
  return mapped(informer, (object) => [cacheKey(object)]);
}

/** The controlling owner of every object, when it is of `kind`; a changed owner and the former one both get a look. */
export function owner<T extends Cacheable>(informer: Informer<T>, kind: string): Watch {
  return mapped(informer, (object) => {
    for (const reference of object.metadata.ownerReferences ?? []) {
      if (!reference.controller || !("kind" in reference) || reference.kind !== kind || !("name" in reference))
        continue;
      const { namespace } = object.metadata;
      return [namespace ? `${namespace}/${reference.name}` : String(reference.name)];
    }
    return [];
  });
}

/** The keys `keys` gives for every object that appears, changes (as it was and as it is) or goes. */
export function mapped<T>(informer: Informer<T>, keys: (object: T) => Iterable<string>): Watch {
  return {
    informers: [informer],
    feed(enqueue) {
      const look = (object: T) => {
        for (const key of keys(object)) enqueue(key);
      };
      return informer.on({
        add: look,
        update(object, old) {
          look(old);
          look(object);
        },
        delete: look,
      });
    },
  };
}
