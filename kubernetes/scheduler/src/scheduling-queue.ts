import type { ClusterEvent, Plugin, Queued, QueueSortPlugin } from "./framework.ts";
import { Heap } from "./heap.ts";
import type { PodInfo } from "./pod-info.ts";

const FIRST_BACKOFF_MS = 1_000;
const LAST_BACKOFF_MS = 10_000;
/** A Pod no event has woken for this long is tried again anyway, in case a hint was wrong. */
const MAX_UNSCHEDULABLE_MS = 5 * 60_000;

interface Entry extends Queued {
  readonly info: PodInfo;
  readonly attempts: number;
  readonly since: number;
  /** When it was last found not to fit. */
  readonly failedAt: number;
  /** Who said no. Empty after an error: then only time helps. */
  readonly rejectedBy: ReadonlySet<string>;
}

/**
 * The Pods waiting for a node, each in one of four places: active (to be tried now), backing off (to be tried at a time),
 * unschedulable (to be tried when something changes), gated (not to be tried). A Pod being tried is in none.
 */
export class SchedulingQueue {
  readonly #active: Heap<Entry>;
  readonly #backoff: Heap<Entry>;
  readonly #unschedulable = new Map<string, Entry>();
  readonly #gated = new Map<string, Entry>();
  readonly #plugins: ReadonlyMap<string, Plugin>;
  readonly #now: () => number;
  readonly #ready: () => void;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** `ready` is called whenever there may be something to `pop`. */
  constructor(o: {
    readonly sort: QueueSortPlugin;
    readonly plugins: Iterable<Plugin>;
    readonly now: () => number;
    readonly ready: () => void;
  }) {
    this.#active = new Heap(
      (entry) => entry.info.key,
      (a, b) => o.sort.before(a, b),
    );
    this.#backoff = new Heap(
      (entry) => entry.info.key,
      (a, b) => backoffEnd(a) - backoffEnd(b),
    );
    this.#plugins = new Map([...o.plugins].map((plugin) => [plugin.name, plugin]));
    this.#now = o.now;
    this.#ready = o.ready;
  }

  /** How many Pods wait where. */
  get lengths(): { active: number; backoff: number; unschedulable: number; gated: number } {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size,
      gated: this.#gated.size,
    };
  }

  /** Puts a Pod in the queue, or its new version in place of the old: the change may be what it waited for. */
  add(info: PodInfo): void {
    const old = this.#take(info.key);
    const since = old?.since ?? this.#now();
    const entry = {
      info,
      since,
      attempts: old?.attempts ?? 0,
      failedAt: old?.failedAt ?? 0,
      rejectedBy: new Set<string>(),
    };
    this.#enter(entry);
  }

  /** Keeps a Pod that must not be tried until it changes. */
  gate(info: PodInfo): void {
    this.#take(info.key);
    this.#gated.set(info.key, { info, since: this.#now(), attempts: 0, failedAt: 0, rejectedBy: new Set() });
  }

  /** Replaces the stored version of a Pod that changed in nothing that matters here. Answers whether it was there. */
  refresh(info: PodInfo): boolean {
    for (const place of [this.#unschedulable, this.#gated]) {
      const entry = place.get(info.key);
      if (!entry) continue;
      place.set(info.key, { ...entry, info });
      return true;
    }
    for (const heap of [this.#active, this.#backoff]) {
      const entry = heap.get(info.key);
      if (!entry) continue;
      heap.push({ ...entry, info });
      return true;
    }
    return false;
  }

  remove(key: string): void {
    this.#take(key);
  }

  /** The next Pod to try. Hand it to `unschedulable` or `failed` when it did not get a node. */
  pop(): { readonly info: PodInfo; readonly attempts: number; readonly since: number } | undefined {
    const entry = this.#active.pop();
    return entry && { ...entry, attempts: entry.attempts + 1 };
  }

  /** No node would have it: it waits for a change that one of `rejectedBy` says could help. */
  unschedulable(tried: Tried, rejectedBy: ReadonlySet<string>): void {
    if (this.#closed || this.#known(tried.info.key)) return;
    this.#unschedulable.set(tried.info.key, { ...tried, failedAt: this.#now(), rejectedBy });
    this.#schedule();
  }

  /** Something went wrong on the way: it is tried again when its backoff ends. */
  failed(tried: Tried): void {
    if (this.#closed || this.#known(tried.info.key)) return;
    this.#backoff.push({ ...tried, failedAt: this.#now(), rejectedBy: new Set() });
    this.#schedule();
  }

  /** Wakes the Pods that `event` may help. */
  happened(event: ClusterEvent): void {
    if (this.#unschedulable.size === 0) return;
    for (const [key, entry] of this.#unschedulable) {
      if (!this.#helps(entry, event)) continue;
      this.#unschedulable.delete(key);
      this.#enter(entry);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #helps({ info, rejectedBy }: Entry, event: ClusterEvent): boolean {
    for (const name of rejectedBy) {
      const plugin = this.#plugins.get(name);
      if (!plugin?.wakesOn.includes(event.on)) continue;
      if (plugin.wakes?.(info, event) ?? true) return true;
    }
    return false;
  }

  #enter(entry: Entry): void {
    if (entry.attempts > 0 && backoffEnd(entry) > this.#now()) {
      this.#backoff.push(entry);
      this.#schedule();
      return;
    }
    this.#active.push(entry);
    this.#ready();
  }

  #known(key: string): boolean {
    return [this.#active, this.#backoff, this.#unschedulable, this.#gated].some(
      (place) => place.get(key) !== undefined,
    );
  }

  #take(key: string): Entry | undefined {
    const entry =
      this.#active.remove(key) ?? this.#backoff.remove(key) ?? this.#unschedulable.get(key) ?? this.#gated.get(key);
    this.#unschedulable.delete(key);
    this.#gated.delete(key);
    return entry;
  }

  /** Sets the one timer to the next moment at which time itself moves a Pod. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const next = this.#backoff.peek();
    // In the order of failing, so the first is the oldest.
    const oldest = this.#unschedulable.values().next().value;
    const due = Math.min(
      next ? backoffEnd(next) : Number.POSITIVE_INFINITY,
      oldest ? oldest.failedAt + MAX_UNSCHEDULABLE_MS : Number.POSITIVE_INFINITY,
    );
    if (this.#closed || due === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#elapsed(), Math.max(0, due - this.#now()));
    this.#timer.unref();
  }

  #elapsed(): void {
    const now = this.#now();
    for (let next = this.#backoff.peek(); next && backoffEnd(next) <= now; next = this.#backoff.peek()) {
      this.#backoff.pop();
      this.#active.push(next);
    }
    for (const [key, entry] of this.#unschedulable) {
      if (entry.failedAt + MAX_UNSCHEDULABLE_MS > now) break;
      this.#unschedulable.delete(key);
      this.#active.push(entry);
    }
    this.#schedule();
    if (this.#active.size > 0) this.#ready();
  }
}

/** What `pop` gave. */
export type Tried = Pick<Entry, "info" | "attempts" | "since">;

function backoffEnd({ attempts, failedAt }: Pick<Entry, "attempts" | "failedAt">): number {
  return failedAt + Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LAST_BACKOFF_MS);
}
