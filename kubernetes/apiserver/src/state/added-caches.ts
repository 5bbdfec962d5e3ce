import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { KeyValue, Store, StoreEvent } from "@skiff/store";
import type { ResourceCache } from "./resource-cache.ts";

/** What the watch tells of a resource while its caches are being filled. */
interface Arrivals {
  /** The whole state, when the watch had to begin anew. */
  state?: { readonly kvs: readonly KeyValue[]; readonly revision: number };
  events: StoreEvent[];
}

/** The caches of resources that come and go while the server runs: those of custom resources. */
export class AddedCaches {
  readonly #store: Store;
  readonly #byPrefix = new Map<string, readonly ResourceCache[]>();
  readonly #byVersion = new Map<string, ResourceCache>();
  /** By prefix. */
  readonly #arriving = new Map<string, Arrivals>();

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
    this.#arriving.get(prefix)?.events.push(event);
    for (const cache of this.#byPrefix.get(prefix) ?? []) cache.apply(event);
  }

  /** Takes the state of all resources, by prefix, in place of what was known. */
  replace(state: ReadonlyMap<string, readonly KeyValue[]>, revision: number): void {
    for (const [prefix, arrivals] of this.#arriving) {
      arrivals.state = { kvs: state.get(prefix) ?? [], revision };
      arrivals.events = [];
    }
    for (const [prefix, caches] of this.#byPrefix) {
      for (const cache of caches) cache.replace(state.get(prefix) ?? [], revision);
    }
  }

  /** See `Caches.add`. `caughtUp` resolves when the watch that feeds the caches has come to a revision. */
  async add(
    prefix: string,
    make: (revision: number) => readonly ResourceCache[],
    caughtUp: (revision: number) => Promise<void>,
  ): Promise<void> {
    const arrivals: Arrivals = { events: [] };
    this.#arriving.set(prefix, arrivals);
    try {
      const read = await this.#store.range(prefix);
      await caughtUp(read.revision);
      const { state = read } = arrivals;
      const { kvs, revision } = state.revision > read.revision ? state : read;
      const caches = make(revision);
      for (const cache of caches) {
        for (const kv of kvs) cache.load(kv);
        for (const event of arrivals.events) if (event.kv.modRevision > revision) cache.apply(event);
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
