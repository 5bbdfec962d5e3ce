import type { ResourceInfo } from "@skiff/api";
import type { KeyValue, StoreEvent } from "@skiff/store";
import { CacheWatcher } from "./cache-watcher.ts";
import { Change } from "./change.ts";
import { type Codec, createCodec } from "./codec.ts";
import { Entry } from "./entry.ts";
import { SortedEntries } from "./sorted-entries.ts";

/** Changes remembered per resource, for watches that start a little in the past. */
const HISTORY = 1024;
/** And the most their objects may hold together. */
const HISTORY_BYTES = 16 << 20;

/** The present state of one resource, its latest changes, and who watches it. Fed by `Caches`. */
export class ResourceCache {
  readonly info: ResourceInfo;
  readonly codec: Codec;
  /** What the store's keys of this resource start with. */
  readonly prefix: string;
  readonly entries = new SortedEntries();
  /** The revision of the last change to this resource seen. */
  lastChange = 0;
  readonly #watchers = new Set<CacheWatcher>();
  readonly #listeners: ((key: string) => void)[] = [];
  readonly #history: Change[] = [];
  #historyFrom: number;
  #historyBytes = 0;

  /** Everything up to `revision` is in it already, or about to be loaded. */
  constructor(info: ResourceInfo, revision: number, codec = createCodec(info)) {
    this.info = info;
    this.codec = codec;
    this.prefix = prefixOf(info);
    this.#historyFrom = revision + 1;
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  /** Takes in state as it is at start. */
  load(kv: KeyValue): void {
    this.entries.set(this.toEntry(kv));
    this.lastChange = Math.max(this.lastChange, kv.modRevision);
  }

  toEntry(kv: KeyValue): Entry {
    return new Entry(kv.key.slice(this.prefix.length), kv, this.codec);
  }

  /** A store event as a change; does not change the cache. */
  toChange(event: StoreEvent, previous?: Entry): Change {
    const { modRevision } = event.kv;
    const before = previous ?? (event.prev && this.toEntry(event.prev));
    if (event.type === "put")
      return new Change(modRevision, this.toEntry(event.kv), before, false, event.kv.value.length);
    // Watchers of a removal see the last state, under the revision that removed it.
    const last = event.prev ?? event.kv;
    const value = last.value.slice();
    return new Change(modRevision, this.toEntry({ ...last, value, modRevision }), before, true, value.length);
  }

  apply(event: StoreEvent): void {
    const key = event.kv.key.slice(this.prefix.length);
    const change = this.toChange(event, this.entries.get(key));
    if (change.removed) this.entries.delete(key);
    else this.entries.set(change.entry);
    this.lastChange = change.revision;
    this.#remember(change);
    for (const listener of this.#listeners) listener(key);
    for (const watcher of this.#watchers) watcher.offer(change);
  }

  /** Tells `listener` the key of every change from now on, as part of taking it in: it may only take a note. */
  onChange(listener: (key: string) => void): void {
    this.#listeners.push(listener);
  }

  #remember(change: Change): void {
    this.#history.push(change);
    this.#historyBytes += change.bytes;
    while (this.#history.length > HISTORY || (this.#historyBytes > HISTORY_BYTES && this.#history.length > 1)) {
      const { revision = 0, bytes = 0 } = this.#history.shift() ?? {};
      this.#historyFrom = revision + 1;
      this.#historyBytes -= bytes;
    }
  }

  /** The remembered changes after `revision`, or undefined when memory does not reach back that far. */
  changesSince(revision: number): readonly Change[] | undefined {
    if (revision + 1 < this.#historyFrom) return undefined;
    let first = this.#history.length;
    while (first > 0 && (this.#history[first - 1]?.revision ?? 0) > revision) first--;
    return this.#history.slice(first);
  }

  /** A watcher of everything from now on. It ends itself when disposed. */
  subscribe(): CacheWatcher {
    const watcher = new CacheWatcher(() => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    return watcher;
  }

  /** Ends all watchers, for the end of the server. */
  end(): void {
    for (const watcher of this.#watchers) watcher.end();
  }
}

/** What the store's keys of a resource start with. */
export function prefixOf(info: { readonly group: string; readonly plural: string }): string {
  return `/registry/${info.group === "" ? "core" : info.group}/${info.plural}/`;
}
