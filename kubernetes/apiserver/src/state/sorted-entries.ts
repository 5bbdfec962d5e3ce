import type { Entry } from "./entry.ts";

/** Entries by key and in key order. */
export class SortedEntries {
  readonly #byKey = new Map<string, Entry>();
  readonly #keys: string[] = [];

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  set(entry: Entry): void {
    if (!this.#byKey.has(entry.key)) {
      // Names that count up arrive in order; an insertion moves everything behind it.
      if ((this.#keys.at(-1) ?? "") < entry.key) this.#keys.push(entry.key);
      else this.#keys.splice(this.#firstFrom(entry.key), 0, entry.key);
    }
    this.#byKey.set(entry.key, entry);
  }

  delete(key: string): void {
    if (!this.#byKey.delete(key)) return;
    this.#keys.splice(this.#firstFrom(key), 1);
  }

  /** The entries whose key starts with `prefix`, in order, from the first key that sorts after `after`. */
  *under(prefix: string, after = ""): IterableIterator<Entry> {
    const start = after > prefix ? this.#firstFrom(`${after}\0`) : this.#firstFrom(prefix);
    for (let i = start; i < this.#keys.length; i++) {
      const key = this.#keys[i];
      if (key === undefined || !key.startsWith(prefix)) return;
      const entry = this.#byKey.get(key);
      if (entry) yield entry;
    }
  }

  #firstFrom(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
