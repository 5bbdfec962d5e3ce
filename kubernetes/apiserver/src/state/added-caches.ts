import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { Store, StoreEvent } from "@skiff/store";
import type { ResourceCache } from "./resource-cache.ts";

/** The caches of resources that come and go while the server runs: those of custom resources. */
export class AddedCaches {
  readonly #store: Store;
  readonly #byPrefix = new Map<string, readonly ResourceCache[]>();
  readonly #byVersion = new Map<string, ResourceCache>();
  /** Changes to resources whose caches are being filled, by prefix. */
  readonly #arriving = new Map<string, StoreEvent[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  of(info: ResourceInfo): ResourceCache | undefined {
    return this.#byVersion.get(keyOf(info));
  }

  all(): ResourceCache[] {
    return [...this.#byVersion.values()];
  }

  /** Takes in a change, where it is one of these resources'. */
  apply(prefix: string, event: StoreEvent): void {
    this.#arriving.get(prefix)?.push(event);
    for (const cache of this.#byPrefix.get(prefix) ?? []) cache.apply(event);
  }

  /** See `Caches.add`. `caughtUp` resolves when the watch that feeds the caches has come to a revision. */
  async add(
    prefix: string,
    make: (revision: number) => readonly ResourceCache[],
    caughtUp: (revision: number) => Promise<void>,
  ): Promise<void> {
    const arriving: StoreEvent[] = [];
    this.#arriving.set(prefix, arriving);
    try {
      const { kvs, revision } = await this.#store.range(prefix);
      await caughtUp(revision);
      const caches = make(revision);
      for (const cache of caches) {
        for (const kv of kvs) cache.load(kv);
        for (const event of arriving) if (event.kv.modRevision > revision) cache.apply(event);
      }
      this.remove(prefix);
      this.#byPrefix.set(prefix, caches);
      for (const cache of caches) this.#byVersion.set(keyOf(cache.info), cache);
    } finally {
      this.#arriving.delete(prefix);
    }
  }

  remove(prefix: string): void {
    for (const cache of this.#byPrefix.get(prefix) ?? []) {
      this.#byVersion.delete(keyOf(cache.info));
      cache.end();
    }
    this.#byPrefix.delete(prefix);
  }
}

function keyOf(info: ResourceInfo): string {
  return `${info.plural}.${apiVersionOf(info)}`;
}
