import { findResource, type ResourceInfo, resources, StatusError } from "@skiff/api";
import type { KeyValue, RangeResult, Store, StoreEvent } from "@skiff/store";
import { AddedCaches } from "./added-caches.ts";
import { prefixOf, ResourceCache } from "./resource-cache.ts";
import { followStore, readEverything } from "./store-follower.ts";

/** The caches of all resources, fed by one watch of the store, so that all of them are always at one revision. */
export interface Caches extends AsyncDisposable {
  /** The cache that holds the resource's objects, whichever of its versions `info` is. */
  of(info: ResourceInfo): ResourceCache;
  all(): Iterable<ResourceCache>;
  /**
   * Adds the caches of a resource that was not there at the start, one for each version it is served in, filled with what
   * is stored. `make` is given the revision they begin at. Caches that were there for the same resource are replaced.
   */
  add(prefix: string, make: (revision: number) => readonly ResourceCache[]): Promise<void>;
  /** Ends the caches of a resource added before; what is stored stays. */
  remove(prefix: string): void;
  readonly revision: number;
  /** Resolves once everything up to `revision` has been taken in. Throws StatusError 503 when that will never be. */
  caughtUp(revision: number): Promise<void>;
  /** Resolves once everything acknowledged before the call has been taken in: what a consistent read waits for. */
  fresh(): Promise<void>;
  /**
   * Resolves once `revision` has been taken in, which a client may know of from another server. Throws StatusError 504 when
   * that takes more than three seconds.
   */
  atLeast(revision: number): Promise<void>;
}

/** How long a read waits for a revision that is not known here yet. */
const PATIENCE_MS = 3000;

/** Who is told how the caches fare. */
export interface CachesWatch {
  /** They no longer follow the store. It is tried again, unless the store is closed. */
  failed(error: unknown): void;
  /** They follow it again, and have all that was missed. */
  recovered(): void;
}

/** Fills the caches and keeps them filled. */
export async function openCaches(store: Store, told: CachesWatch): Promise<Caches> {
  const start = await readEverything(store);
  const byPrefix = new Map<string, ResourceCache>();
  for (const info of resources) {
    if (!info.storageVersion || !info.verbs.includes("list")) continue;
    const cache = new ResourceCache(info, start.revision);
    byPrefix.set(cache.prefix, cache);
  }
  for (const kv of start.kvs) byPrefix.get(resourcePrefix(kv.key))?.load(kv);

  const added = new AddedCaches(store);
  let revision = start.revision;
  let waiting: { revision: number; resolve(): void; reject(reason: unknown): void }[] = [];
  let behind: StatusError | undefined;
  const stop = new AbortController();
  const advance = (to: number) => {
    revision = Math.max(revision, to);
    if (waiting.length === 0) return;
    const ready = waiting.filter((w) => w.revision <= revision);
    waiting = waiting.filter((w) => w.revision > revision);
    for (const w of ready) w.resolve();
  };
  const replace = ({ kvs, revision: to }: RangeResult) => {
    const state = Map.groupBy(kvs, ({ key }: KeyValue) => resourcePrefix(key));
    for (const [prefix, cache] of byPrefix) cache.replace(state.get(prefix) ?? [], to);
    added.replace(state, to);
    advance(to);
  };
  // Whoever waits for a revision that may not come is told so.
  const fallBehind = (why: string) => {
    behind = StatusError.serviceUnavailable(why);
    for (const { reject } of waiting.splice(0)) reject(behind);
  };
  const failed = (error: unknown) => {
    fallBehind("the server no longer follows its store");
    told.failed(error);
  };
  const follower = {
    get revision() {
      return revision;
    },
    take(event: StoreEvent) {
      const prefix = resourcePrefix(event.kv.key);
      const cache = byPrefix.get(prefix);
      if (cache) cache.apply(event);
      else added.apply(prefix, event);
    },
    advance,
    replace,
    failed,
    recovered() {
      behind = undefined;
      told.recovered();
    },
  };
  const feeding = followStore(store, follower, stop.signal).catch(failed);

  const caughtUp = (to: number): Promise<void> => {
    if (to <= revision) return Promise.resolve();
    if (behind) return Promise.reject(behind);
    return new Promise((resolve, reject) => {
      waiting.push({ revision: to, resolve, reject });
    });
  };
  return {
    of(info) {
      const cache = info.objectType ? added.of(info) : byPrefix.get(storagePrefix(info));
      if (cache) return cache;
      if (info.objectType) throw StatusError.pathNotFound(); // its definition went while the request was under way
      throw new Error(`no cache for ${info.group}/${info.plural}`);
    },
    all: () => [...byPrefix.values(), ...added.all()],
    add: (prefix, make) => added.add(prefix, make, caughtUp),
    remove: (prefix) => added.remove(prefix),
    get revision() {
      return revision;
    },
    caughtUp,
    fresh: async () => caughtUp(await store.revision()),
    async atLeast(to) {
      if (to <= revision) return;
      const patience = Promise.withResolvers<void>();
      const waiter = { revision: to, resolve: patience.resolve, reject: patience.reject };
      const timer = setTimeout(() => patience.reject(StatusError.tooLargeResourceVersion(to, revision)), PATIENCE_MS);
      try {
        if (behind) throw behind;
        waiting.push(waiter);
        await patience.promise;
      } finally {
        clearTimeout(timer);
        waiting = waiting.filter((w) => w !== waiter);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      fallBehind("the server is shutting down");
      for (const cache of [...byPrefix.values(), ...added.all()]) cache.end();
      await feeding;
    },
  };
}

const prefixes = new WeakMap<ResourceInfo, string>();

function storagePrefix(info: ResourceInfo): string {
  let prefix = prefixes.get(info);
  if (prefix === undefined) {
    prefix = prefixOf(info.group === "events.k8s.io" ? (findResource("", "v1", "events") ?? info) : info);
    prefixes.set(info, prefix);
  }
  return prefix;
}

function resourcePrefix(key: string): string {
  const group = key.indexOf("/", "/registry/".length);
  return key.slice(0, key.indexOf("/", group + 1) + 1);
}
