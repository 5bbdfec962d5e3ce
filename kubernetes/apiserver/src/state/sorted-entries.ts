import type { Entry } from "./entry.ts";

/** More keys than this in one run are two: an insertion moves what is behind it in its run, and nothing else. */
const LONGEST_RUN = 512;
/** New keys that wait for their place until somebody asks for the order: put in together they touch less memory than one by one. */
const MOST_UNPLACED = 512;

/** Entries by key and in key order. */
export class SortedEntries {
  readonly #byKey = new Map<string, Entry>();
  /** Keys in order, in runs that are never empty. */
  readonly #runs: string[][] = [];
  #unplaced: string[] = [];

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Entry | undefined {
    return this.#byKey.get(key);
  }

  set(entry: Entry): void {
    if (!this.#byKey.has(entry.key)) {
      this.#unplaced.push(entry.key);
      if (this.#unplaced.length >= MOST_UNPLACED) this.#place();
    }
    this.#byKey.set(entry.key, entry);
  }

  delete(key: string): void {
    if (!this.#byKey.delete(key)) return;
    this.#place();
    const at = this.#runOf(key);
    const run = this.#runs[at];
    run?.splice(firstFrom(run, key), 1);
    if (run?.length === 0) this.#runs.splice(at, 1);
  }

  /** The entries whose key starts with `prefix`, in order, from the first key that sorts after `after`. */
  *under(prefix: string, after = ""): IterableIterator<Entry> {
    this.#place();
    const first = after > prefix ? `${after}\0` : prefix;
    for (let at = this.#runOf(first); at < this.#runs.length; at++) {
      const run = this.#runs[at] ?? [];
      for (let i = firstFrom(run, first); i < run.length; i++) {
        const key = run[i] ?? "";
        if (!key.startsWith(prefix)) return;
        const entry = this.#byKey.get(key);
        if (entry) yield entry;
      }
    }
  }

  #place(): void {
    if (this.#unplaced.length === 0) return;
    const keys = this.#unplaced.sort();
    this.#unplaced = [];
    for (const key of keys) this.#insert(key);
  }

  #insert(key: string): void {
    // Behind all others it goes to the last run.
    const at = Math.min(this.#runOf(key), this.#runs.length - 1);
    const run = this.#runs[at];
    if (!run) {
      this.#runs.push([key]);
      return;
    }
    run.splice(firstFrom(run, key), 0, key);
    if (run.length > LONGEST_RUN) this.#runs.splice(at + 1, 0, run.splice(LONGEST_RUN >>> 1));
  }

  /** The first run with a key that is not before `key`; their number when there is none. */
  #runOf(key: string): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.at(-1) ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where `key` is in a run, or would be. */
function firstFrom(run: readonly string[], key: string): number {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((run[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
