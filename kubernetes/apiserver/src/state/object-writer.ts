import { type ResourceInfo, StatusError } from "@skiff/api";
import type { Compare, KeyValue, Op, Store } from "@skiff/store";
import type { ApiObject } from "./api-object.ts";
import type { Caches } from "./caches.ts";
import { type Entry, withKnownObject } from "./entry.ts";
import type { ResourceCache } from "./resource-cache.ts";
import { sameContent } from "./same-content.ts";

/** What is to become of an object: its next state, its removal, or nothing. */
export type Decision = { readonly put: ApiObject } | { readonly remove: ApiObject } | { readonly keep: true };

/** Decides from the present state; called again with a newer one when another writer came first. */
export type Decide = (current: Entry) => Decision | Promise<Decision>;

/** Further keys written in the same transaction, such as an allocated address. */
export interface Alongside {
  readonly compares: readonly Compare[];
  readonly ops: readonly Op[];
}

/** All writes of objects go through here. What a method resolves with can be read from the caches already. */
export interface ObjectWriter {
  /** Throws StatusError AlreadyExists. `lease` ends the object's life with the lease's. */
  create(
    info: ResourceInfo,
    object: ApiObject,
    o?: { readonly lease?: number; readonly alongside?: Alongside },
  ): Promise<Entry>;
  /**
   * Read, decide, compare and swap, until it succeeds. Throws StatusError NotFound. Resolves with the entry as it is
   * afterwards; of a removal, with the last one.
   */
  change(
    info: ResourceInfo,
    key: string,
    decide: Decide,
    alongside?: (put: ApiObject | undefined) => Alongside,
  ): Promise<Entry>;
  /** Writes the next states of several objects of one resource together, if all of them are as they were; resolves with whether they were. */
  replaceAll(info: ResourceInfo, changes: readonly Replacement[]): Promise<boolean>;
}

/** An object as it is, and as it is to be. */
export interface Replacement {
  readonly current: Entry;
  readonly next: ApiObject;
}

/** The writer over a store and the caches that follow it. */
export function createObjectWriter(store: Store, caches: Caches): ObjectWriter {
  const commit: Store["txn"] = async (compares, ops) => {
    const result = await store.txn(compares, ops);
    await caches.caughtUp(result.revision);
    return result;
  };
  return {
    async create(info, object, { lease, alongside } = {}) {
      const cache = caches.of(info);
      const key = cacheKey(object);
      const value = cache.codec.encode((await cache.codec.toStorage?.(object)) ?? object);
      const storeKey = cache.prefix + key;
      const result = await remember(cache, value, object, () =>
        commit(
          [{ key: storeKey, modRevision: 0 }, ...(alongside?.compares ?? [])],
          [{ put: { key: storeKey, value, ...(lease === undefined ? {} : { lease }) } }, ...(alongside?.ops ?? [])],
        ),
      );
      if (!result.ok) {
        if (result.current[0]) throw StatusError.alreadyExists(info, object.metadata.name);
        throw StatusError.conflict(info, object.metadata.name);
      }
      const kv = { key: storeKey, value, createRevision: result.revision, modRevision: result.revision, version: 1 };
      return entryOf(cache, key, kv);
    },

    async change(info, key, decide, alongside) {
      const cache = caches.of(info);
      const storeKey = cache.prefix + key;
      await caches.fresh();
      for (;;) {
        const current = cache.entries.get(key);
        if (!current) throw StatusError.notFound(info, key.slice(key.indexOf("/") + 1));
        if (cache.convert) await cache.convert([current]);
        const decision = await decide(current);
        if ("keep" in decision) return current;
        const next = "put" in decision ? decision.put : decision.remove;
        if ("put" in decision && !current.stale && isUnchanged(next, current.object)) return current;
        const value = cache.codec.encode((await cache.codec.toStorage?.(next)) ?? next);
        const extra = alongside?.("put" in decision ? decision.put : undefined);
        const op: Op = "put" in decision ? { put: { key: storeKey, value } } : { delete: { key: storeKey } };
        const compares = [{ key: storeKey, modRevision: current.revision }, ...(extra?.compares ?? [])];
        const write = () => commit(compares, [op, ...(extra?.ops ?? [])]);
        const result = await ("put" in decision ? remember(cache, value, next, write) : write());
        if (!result.ok) continue;
        const kv = { key: storeKey, value, createRevision: 0, modRevision: result.revision, version: 0 };
        return entryOf(cache, key, kv);
      }
    },

    async replaceAll(info, changes) {
      const cache = caches.of(info);
      const compares = changes.map(({ current }) => ({
        key: cache.prefix + current.key,
        modRevision: current.revision,
      }));
      const ops = changes.map(({ current, next }) => ({
        put: { key: cache.prefix + current.key, value: cache.codec.encode(next) },
      }));
      return (await commit(compares, ops)).ok;
    },
  };
}

/** What the cache has made of a write; or what it would have, where it is past that already. */
async function entryOf(cache: ResourceCache, key: string, kv: KeyValue): Promise<Entry> {
  const present = cache.entries.get(key);
  const entry = present?.revision === kv.modRevision ? present : cache.toEntry(kv);
  if (cache.convert) await cache.convert([entry]);
  return entry;
}

/** The cache of the written resource is spared decoding what it is about to be sent. */
function remember<T>(
  { codec }: ResourceCache,
  bytes: Uint8Array,
  object: ApiObject,
  write: () => Promise<T>,
): Promise<T> {
  return codec.versioned ? write() : withKnownObject(bytes, object, write);
}

/** A write that changes nothing makes no new version. */
function isUnchanged(next: ApiObject, current: ApiObject): boolean {
  const { kind, apiVersion, metadata } = current;
  const { resourceVersion } = metadata;
  return sameContent({ ...next, kind, apiVersion, metadata: { ...next.metadata, resourceVersion } }, current);
}

/** The key of an object within its resource. */
export function cacheKey({ metadata }: ApiObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}
