import type { ResourceInfo } from "@skiff/api";
import type { KeyValue, StoreEvent } from "@skiff/store";
import { CacheWatcher } from "./cache-watcher.ts";
import { Change } from "./change.ts";
import { ChangeHistory } from "./change-history.ts";
import { type Codec, createCodec } from "./codec.ts";
import { Entry } from "./entry.ts";
import { FanOut } from "./fan-out.ts";
import { SortedEntries } from "./sorted-entries.ts";

/** The present state of one resource, its latest changes, and who watches it. Fed by `Caches`. */
export class ResourceCache {
  readonly info: ResourceInfo;
  readonly codec: Codec;
  /** What the store's keys of this resource start with. */
  readonly prefix: string;
  readonly entries = new SortedEntries();
  /** The revision of the last change to this resource seen. */
  lastChange = 0;
  /** By scope: everything, a namespace (`name/`), or the key of one object. */
  readonly #watchers = new Map<string, Set<CacheWatcher>>();
  readonly #fanOut = new FanOut();
  readonly #listeners: ((key: string) => void)[] = [];
  #history: ChangeHistory;
  #watcherCount = 0;

  /** Everything up to `revision` is in it already, or about to be loaded. */
  constructor(info: ResourceInfo, revision: number, codec = createCodec(info)) {
    this.info = info;
    this.codec = codec;
    this.prefix = prefixOf(info);
    this.#history = new ChangeHistory(revision);
  }

  /** Brings entries to the resource's version, where that takes a webhook: to be awaited before they are looked into. */
  get convert(): Codec["convert"] {
    return this.codec.convert;
  }

  get watcherCount(): number {
    return this.#watcherCount;
  }

  /** Takes in state as it is at start. */
  load(kv: KeyValue): void {
    this.entries.set(this.toEntry(kv));
    this.lastChange = Math.max(this.lastChange, kv.modRevision);
  }

  toEntry(kv: KeyValue): Entry {
    return new Entry(kv.key.slice(this.prefix.length), kv, this.codec);
  }

  /**
   * Takes `kvs` as the state at `revision` in place of what was known, when what happened in between is not to be had.
   * Watchers end, since they would miss it; whoever starts again reads on where the history allows, or lists anew.
   */
  replace(kvs: readonly KeyValue[], revision: number): void {
    const gone = new Set([...this.entries.under("")].map(({ key }) => key));
    const changed: string[] = [];
    for (const kv of kvs) {
      const key = kv.key.slice(this.prefix.length);
      gone.delete(key);
      if (this.entries.get(key)?.revision === kv.modRevision) continue;
      this.load(kv);
      changed.push(key);
    }
    for (const key of gone) this.entries.delete(key);
    if (gone.size > 0) this.lastChange = revision;
    this.#history = new ChangeHistory(revision);
    for (const key of [...changed, ...gone]) for (const listener of this.#listeners) listener(key);
    this.end();
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
    this.#history.add(change);
    for (const listener of this.#listeners) listener(key);
    if (this.#watcherCount === 0) return;
    if (!change.removed) change.entry.expectReaders();
    this.#offer("", change);
    const slash = key.indexOf("/");
    if (slash >= 0) this.#offer(key.slice(0, slash + 1), change);
    this.#offer(key, change);
  }

  #offer(scope: string, change: Change): void {
    const watchers = this.#watchers.get(scope);
    if (watchers) for (const watcher of watchers) watcher.offer(change);
  }

  /** Tells `listener` the key of every change from now on, as part of taking it in: it may only take a note. */
  onChange(listener: (key: string) => void): void {
    this.#listeners.push(listener);
  }

  /** The remembered changes after `revision`, or undefined when memory does not reach back that far. */
  changesSince(revision: number): readonly Change[] | undefined {
    return this.#history.since(revision);
  }

  /**
   * A watcher of every change from now on, or of those to the keys of one namespace (`name/`), or to one key. It ends
   * itself when disposed.
   */
  subscribe(scope = ""): CacheWatcher {
    const watchers = this.#watchers.get(scope) ?? new Set();
    this.#watchers.set(scope, watchers);
    const watcher = new CacheWatcher(this.#fanOut, () => {
      if (!watchers.delete(watcher)) return;
      this.#watcherCount--;
      if (watchers.size === 0 && this.#watchers.get(scope) === watchers) this.#watchers.delete(scope);
    });
    watchers.add(watcher);
    this.#watcherCount++;
    return watcher;
  }

  /** Ends all watchers. */
  end(): void {
    for (const watchers of [...this.#watchers.values()]) for (const watcher of [...watchers]) watcher.end();
  }
}

/** What the store's keys of a resource start with. */
export function prefixOf(info: { readonly group: string; readonly plural: string }): string {
  return `/registry/${info.group === "" ? "core" : info.group}/${info.plural}/`;
}
