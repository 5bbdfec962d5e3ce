import { type Cache, type Cacheable, cacheKey } from "./informer.ts";

type Values<T> = (object: T) => readonly string[];

/** The cache behind an informer: a map by key, and for each index a map from value to the objects filed under it. */
export class ObjectCache<T extends Cacheable> implements Cache<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, { readonly values: Values<T>; readonly filed: Map<string, Map<string, T>> }>();
  #list: readonly T[] | undefined;

  constructor() {
    this.addIndex("namespace", (object) => (object.metadata.namespace ? [object.metadata.namespace] : []));
    this.addIndex("uid", (object) => (object.metadata.uid ? [object.metadata.uid] : []));
    this.addIndex("owner", (object) => {
      const controller = object.metadata.ownerReferences?.find((reference) => reference.controller);
      return controller ? [controller.uid] : [];
    });
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    this.#list ??= [...this.#objects.values()];
    return this.#list;
  }

  keys(): readonly string[] {
    return [...this.#objects.keys()];
  }

  byIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new TypeError(`Cannot look up an index nobody added: ${name}`);
    return [...(index.filed.get(value)?.values() ?? [])];
  }

  addIndex(name: string, values: Values<T>): void {
    if (this.#indexes.has(name)) return;
    const index = { values, filed: new Map<string, Map<string, T>>() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) file(index.filed, values(object), key, object);
  }

  /** Puts `object` in and answers what was there under its key. */
  set(object: T): T | undefined {
    const key = cacheKey(object);
    const old = this.#objects.get(key);
    for (const { values, filed } of this.#indexes.values()) {
      if (old) unfile(filed, values(old), key);
      file(filed, values(object), key, object);
    }
    this.#objects.set(key, object);
    this.#list = undefined;
    return old;
  }

  /** Takes the object out and answers it. */
  remove(key: string): T | undefined {
    const old = this.#objects.get(key);
    if (!old) return undefined;
    for (const { values, filed } of this.#indexes.values()) unfile(filed, values(old), key);
    this.#objects.delete(key);
    this.#list = undefined;
    return old;
  }
}

function file<T>(filed: Map<string, Map<string, T>>, values: readonly string[], key: string, object: T): void {
  for (const value of values) {
    const found = filed.get(value);
    if (found) found.set(key, object);
    else filed.set(value, new Map([[key, object]]));
  }
}

function unfile<T>(filed: Map<string, Map<string, T>>, values: readonly string[], key: string): void {
  for (const value of values) {
    const found = filed.get(value);
    found?.delete(key);
    if (found?.size === 0) filed.delete(value);
  }
}
