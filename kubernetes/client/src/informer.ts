import type { Resource } from "@skiff/api";

/** What an object needs for a cache to hold it. */
export interface Cacheable {
  readonly metadata: {
    readonly name?: string | undefined;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
    readonly deletionTimestamp?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly ownerReferences?:
      | readonly { readonly uid: string; readonly controller?: boolean | undefined }[]
      | undefined;
  };
}

/** Where an object is found in a cache: `"namespace/name"`, or `"name"` for what has no namespace. */
export function cacheKey(object: Cacheable): string {
  const { namespace, name = "" } = object.metadata;
  return namespace ? `${namespace}/${name}` : name;
}

/**
 * The latest state seen of some objects. Reading is synchronous and costs a map lookup. The objects are shared with
 * everyone in the process: never change one (they are frozen while testing). A cache lags behind the server, so what was
 * read may be gone by the time it is acted on.
 */
export interface Cache<T> {
  get(key: string): T | undefined;
  list(): readonly T[];
  /**
   * The objects filed under `value` in the index `name`. Always there: "namespace", "uid", and "owner" (the uid of the
   * owner that is its controller). An unknown index throws TypeError.
   */
  byIndex(name: string, value: string): readonly T[];
  /** Files every object, now and later, under the values `values` gives for it. The same name again is ignored. */
  addIndex(name: string, values: (object: T) => readonly string[]): void;
}

/** Called in the order of the changes, one at a time, after the cache has changed. Throwing is logged, nothing more. */
export interface Handlers<T> {
  add?(object: T): void;
  update?(object: T, old: T): void;
  /** `object` is the last state seen; after a reconnect that may not be the one it was deleted in. */
  delete?(object: T): void;
}

/** Keeps a cache of one selection of a resource equal to the server's, by list and watch, until its factory is aborted. */
export interface Informer<T> {
  readonly resource: Resource<T>;
  readonly cache: Cache<T>;
  /** True once the first complete state is in the cache. */
  readonly hasSynced: boolean;
  /** How far the cache has got: it reflects every change up to this version. Empty before it has synced. */
  readonly resourceVersion: string;
  /** Resolves once synced; rejects with the signal's reason. */
  synced(signal?: AbortSignal): Promise<void>;
  /** Adds handlers; what the cache already holds is handed to `add` first, in the same tick. Returns what removes them. */
  on(handlers: Handlers<T>): () => void;
}

/** What part of a resource to watch; absent fields select everything. */
export interface Selection {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export interface InformerFactory {
  /** The one informer of this selection, made on first use. Asked for after `start()`, it starts at once. */
  for<T>(resource: Resource<T>, selection?: Selection): Informer<T>;
  start(): void;
  /** Resolves when every informer asked for so far has synced. */
  synced(signal?: AbortSignal): Promise<void>;
}
