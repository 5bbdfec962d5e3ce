/** The etcd-shaped contract the API server keeps its state behind. `testing/storage-suite.ts` holds every implementation to it. */

/** One key as it was after the revision that last wrote it. Implementations never change a value after handing it out. */
export interface KeyValue {
  readonly key: string;
  readonly value: Uint8Array;
  /** The revision that created the key (again, if it had been deleted before). */
  readonly createRevision: number;
  /** The revision that last wrote the key. */
  readonly modRevision: number;
  /** How often the key was written since it was created; 1 after the creation. */
  readonly version: number;
  /** The lease whose end deletes the key. */
  readonly lease?: number;
  /** Its stored form is out of date, such as by an encryption key: writing the same value again would renew it. */
  readonly stale?: boolean;
}

/** Holds when the key's last write was at `modRevision`; 0 means that the key must not exist. */
export interface Compare {
  readonly key: string;
  readonly modRevision: number;
}

/** One effect of a transaction. Deleting a missing key is no effect and takes no revision by itself. */
export type Op =
  | { readonly put: { readonly key: string; readonly value: Uint8Array; readonly lease?: number } }
  | { readonly delete: { readonly key: string } };

/** What became of a transaction. On `ok: false` nothing was written and `current` answers the compares, in their order. */
export type TxnResult =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly revision: number; readonly current: readonly (KeyValue | undefined)[] };

/** One change. `kv` of a delete carries the key and the deleting revision, with an empty value; `prev` is what was there before. */
export interface StoreEvent {
  readonly type: "put" | "delete";
  readonly kv: KeyValue;
  readonly prev?: KeyValue;
}

/** Every change of one or more whole revisions, in order. A batch without events is a progress mark: all up to `revision` was delivered. */
export interface WatchBatch {
  readonly revision: number;
  readonly events: readonly StoreEvent[];
}

/** Which state `range` reads and how much of it. */
export interface RangeOptions {
  /** Read the state as it was after this revision; the newest when missing. */
  readonly revision?: number;
  /** At most this many keys; all when missing or 0. */
  readonly limit?: number;
  /** Only keys that sort after this one. */
  readonly startAfter?: string;
}

/** A page of keys in byte order, all at one `revision`. `remaining` counts the keys after the page. */
export interface RangeResult {
  readonly kvs: readonly KeyValue[];
  readonly revision: number;
  readonly more: boolean;
  readonly remaining: number;
}

/** How a watch starts and ends. */
export interface WatchOptions {
  /** The first revision whose changes are wanted: one more than the revision already known. */
  readonly fromRevision: number;
  /** Ends the iteration normally. */
  readonly signal: AbortSignal;
  /** Also deliver empty batches when revisions pass that touch nothing under the prefix. */
  readonly progress?: boolean;
}

/**
 * Keys and values under one global revision. Callers call concurrently; each method is atomic and sees every write
 * acknowledged before it was called. Keys sort by their UTF-8 bytes.
 */
export interface Store extends AsyncDisposable {
  /** The revision of the newest acknowledged write; 1 in an empty store. */
  revision(): Promise<number>;

  /** The key now or after `revision`. Throws CompactedError, FutureRevisionError. */
  get(key: string, o?: { readonly revision?: number }): Promise<KeyValue | undefined>;

  /** The keys that start with `prefix`. Throws CompactedError, FutureRevisionError. */
  range(prefix: string, o?: RangeOptions): Promise<RangeResult>;

  /**
   * Applies all ops at one new revision when every compare holds, else none. A key may occur in one op only.
   * Resolves once the outcome is durable: what was acknowledged survives the loss of the process and of power.
   * A rejection other than a refused request leaves the outcome unknown.
   */
  txn(compares: readonly Compare[], ops: readonly Op[]): Promise<TxnResult>;

  /**
   * The changes under `prefix` from a revision on: ordered, without gaps, each revision whole, only after it is durable.
   * Throws CompactedError when that part of the history is gone, and SlowWatcherError when the reader falls too far
   * behind: it starts again from the last revision it saw. Returning from the loop releases the watch.
   */
  watch(prefix: string, o: WatchOptions): AsyncIterable<WatchBatch>;

  /**
   * Forgets what was overwritten or deleted at or before `revision`. Reads below it throw CompactedError from then on.
   * Does nothing when that much is forgotten already. Throws FutureRevisionError.
   */
  compact(revision: number): Promise<void>;

  /**
   * A new lease, which ends `ttlSeconds` after its last `keepAlive`, or up to a few seconds later, and then deletes its
   * keys. A restart renews it.
   */
  lease(ttlSeconds: number): Promise<number>;

  /** Renews a lease; false when it has ended. */
  keepAlive(lease: number): Promise<boolean>;

  /** Ends a lease now, deleting its keys. */
  revoke(lease: number): Promise<void>;
}
