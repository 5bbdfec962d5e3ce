import type { Logger, Resource } from "@skiff/api";
import type { Client } from "./client.ts";
import { freezeUnderTest } from "./deep-freeze.ts";
import { type Cacheable, cacheKey, type Handlers, type Informer, type Selection } from "./informer.ts";
import { ObjectCache } from "./object-cache.ts";
import { reflect, type Sink } from "./reflector.ts";

interface SharedInformerOptions<T> {
  readonly client: Client;
  readonly resource: Resource<T>;
  readonly selection: Selection;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

/** The informer a factory hands out: a reflector writes its cache, and every handler hears of each change in order. */
export class SharedInformer<T extends Cacheable> implements Informer<T>, Sink<T> {
  readonly resource: Resource<T>;
  readonly cache = new ObjectCache<T>();
  readonly #options: SharedInformerOptions<T>;
  readonly #handlers = new Set<Handlers<T>>();
  readonly #firstState = Promise.withResolvers<void>();
  #started = false;
  #resourceVersion = "";

  constructor(options: SharedInformerOptions<T>) {
    this.resource = options.resource;
    this.#options = options;
  }

  get hasSynced(): boolean {
    return this.#resourceVersion !== "";
  }

  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  async synced(signal: AbortSignal = this.#options.signal): Promise<void> {
    if (this.hasSynced) return;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      await Promise.race([this.#firstState.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  on(handlers: Handlers<T>): () => void {
    this.#handlers.add(handlers);
    for (const object of this.cache.list()) this.#tell(handlers, (to) => to.add?.(object));
    return () => this.#handlers.delete(handlers);
  }

  /** Begins to watch; again is harmless. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    reflect({ ...this.#options, sink: this }).catch((error: unknown) => {
      this.#options.log.error("informer stopped", { resource: this.resource.plural, error });
    });
  }

  replace(objects: readonly T[], resourceVersion: string): void {
    const present = new Set(objects.map(cacheKey));
    for (const key of this.cache.keys()) if (!present.has(key)) this.#remove(key);
    for (const object of objects) this.#put(object);
    this.#resourceVersion = resourceVersion;
    this.#firstState.resolve();
  }

  change(type: "ADDED" | "MODIFIED" | "DELETED", object: T, resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
    if (type === "DELETED") this.#remove(cacheKey(object), object);
    else this.#put(object);
  }

  progress(resourceVersion: string): void {
    this.#resourceVersion = resourceVersion;
  }

  #put(object: T): void {
    freezeUnderTest(object);
    const old = this.cache.get(cacheKey(object));
    if (old && old.metadata.resourceVersion === object.metadata.resourceVersion) return;
    // Deleted and made again while nobody watched: two objects, not two states of one.
    const replaced = old !== undefined && old.metadata.uid !== object.metadata.uid;
    if (replaced) this.#remove(cacheKey(object));
    this.cache.set(object);
    if (old && !replaced) this.#tellAll((to) => to.update?.(object, old));
    else this.#tellAll((to) => to.add?.(object));
  }

  #remove(key: string, last?: T): void {
    const old = this.cache.remove(key);
    if (old) this.#tellAll((to) => to.delete?.(last ? freezeUnderTest(last) : old));
  }

  #tellAll(say: (to: Handlers<T>) => void): void {
    for (const handlers of this.#handlers) this.#tell(handlers, say);
  }

  #tell(handlers: Handlers<T>, say: (to: Handlers<T>) => void): void {
    try {
      say(handlers);
    } catch (error) {
      // A handler's own fault, as the contract says: the others and the cache must not suffer.
      this.#options.log.error("informer handler threw", { resource: this.resource.plural, error });
    }
  }
}
