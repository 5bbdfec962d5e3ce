import { findResource, type ResourceInfo, resources, StatusError } from "@skiff/api";
import { assertPlain, type Store, StoreClosedError, type StoreEvent } from "@skiff/store";
import { AddedCaches } from "./added-caches.ts";
import { prefixOf, ResourceCache } from "./resource-cache.ts";

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

/** Fills the caches and keeps them filled. `onFailure` is told when that is no longer possible. */
export async function openCaches(store: Store, onFailure: (error: unknown) => void): Promise<Caches> {
  const start = await store.range("/registry/");
  const byPrefix = new Map<string, ResourceCache>();
  for (const info of resources) {
    if (!info.storageVersion || !info.verbs.includes("list")) continue;
    const cache = new ResourceCache(info, start.revision);
    byPrefix.set(cache.prefix, cache);
  }
  for (const kv of start.kvs) {
    assertPlain(kv.value, kv.key);
    byPrefix.get(resourcePrefix(kv.key))?.load(kv);
  }

  const added = new AddedCaches(store);
  const take = (event: StoreEvent) => {
    const prefix = resourcePrefix(event.kv.key);
    const cache = byPrefix.get(prefix);
    if (cache) cache.apply(event);
    else added.apply(prefix, event);
  };

  let revision = start.revision;
  let waiting: { revision: number; resolve(): void; reject(reason: unknown): void }[] = [];
  let ended: StatusError | undefined;
  const stop = new AbortController();
  const advance = (to: number) => {
    revision = to;
    if (waiting.length === 0) return;
    const ready = waiting.filter((w) => w.revision <= revision);
    waiting = waiting.filter((w) => w.revision > revision);
    for (const w of ready) w.resolve();
  };
  const feed = async () => {
    const watch = store.watch("/registry/", { fromRevision: revision + 1, signal: stop.signal, progress: true });
    for await (const batch of watch) {
      for (const event of batch.events) take(event);
      advance(Math.max(revision, batch.revision));
    }
  };
  // Whoever waits for a revision that will not come is told so.
  const end = (why: string) => {
    ended ??= StatusError.serviceUnavailable(why);
    for (const { reject } of waiting.splice(0)) reject(ended);
  };
  const feeding = feed().catch((error) => {
    if (error instanceof StoreClosedError && stop.signal.aborted) return;
    end("the server no longer follows its store");
    onFailure(error);
  });

  const caughtUp = (to: number): Promise<void> => {
    if (to <= revision) return Promise.resolve();
    if (ended) return Promise.reject(ended);
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
        if (ended) throw ended;
        waiting.push(waiter);
        await patience.promise;
      } finally {
        clearTimeout(timer);
        waiting = waiting.filter((w) => w !== waiter);
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      end("the server is shutting down");
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
