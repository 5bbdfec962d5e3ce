import type { Cacheable, Informer } from "@skiff/client";

const GIVE_UP_MS = 60_000;

/**
 * Knows whether a cache already shows what this controller wrote. Objects created under a generated name would be
 * created again by a reconcile that reads a cache in which they are still missing; so the reconcile of an owner waits
 * until its earlier writes have come round. A write that does not show within a minute is given up on.
 */
export class OwnWrites<T extends Cacheable> {
  readonly #informer: Informer<T>;
  readonly #now: () => number;
  readonly #owners = new Map<string, { version: bigint; deleted: Set<string>; at: number }>();

  constructor(informer: Informer<T>, clock: { now(): number }) {
    this.#informer = informer;
    this.#now = () => clock.now();
  }

  /** The owner at `key` created or changed `written`, as the server answered it. */
  wrote(key: string, written: T): void {
    const pending = this.#pending(key);
    const version = BigInt(written.metadata.resourceVersion ?? 0);
    if (version > pending.version) pending.version = version;
  }

  /** The owner at `key` deleted the object with this uid. */
  deleted(key: string, uid: string): void {
    this.#pending(key).deleted.add(uid);
  }

  /** Whether the cache reflects every write noted for `key`. */
  settled(key: string): boolean {
    const pending = this.#owners.get(key);
    if (!pending) return true;
    const late = BigInt(this.#informer.resourceVersion || 0) < pending.version;
    if ((late || this.#showsDeleted(pending.deleted)) && this.#now() - pending.at < GIVE_UP_MS) return false;
    this.#owners.delete(key);
    return true;
  }

  #showsDeleted(uids: Set<string>): boolean {
    for (const uid of uids) {
      const [object] = this.#informer.cache.byIndex("uid", uid);
      if (object && !object.metadata.deletionTimestamp) return true;
    }
    return false;
  }

  #pending(key: string): { version: bigint; deleted: Set<string>; at: number } {
    const pending = this.#owners.get(key) ?? { version: 0n, deleted: new Set<string>(), at: 0 };
    pending.at = this.#now();
    this.#owners.set(key, pending);
    return pending;
  }
}
