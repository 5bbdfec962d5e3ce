import { TokenBucket } from "../backoff.ts";

/** One thing that happened, before it becomes an Event. */
export interface Happening {
  readonly about: ObjectReference;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}

/** Names what an Event is about. */
export interface ObjectReference {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** The part of the object, such as `spec.containers{web}`. */
  readonly fieldPath?: string | undefined;
}

/** What to write: a new Event, or one more occurrence of the one written under `slot` before. */
export interface Correlated {
  /** Equal for everything counted in one Event. */
  readonly slot: string;
  readonly message: string;
  readonly count: number;
  readonly firstAt: number;
}

const SIMILAR_MAX = 10;
const SIMILAR_WINDOW_MS = 600_000;
const SPAM_BURST = 25;
const SPAM_PER_SECOND = 1 / 300;
const MEMORY = 4096;

/**
 * Keeps the number of Events small, as upstream does: the same thing again is counted; more than ten messages within ten
 * minutes that differ in their text only are counted as one; and an object about which a source says more than 25 things
 * gets one further every five minutes. Remembers the last 4096 of each.
 */
export class EventCorrelator {
  readonly #now: () => number;
  readonly #buckets = new Recent<TokenBucket>(MEMORY);
  readonly #similar = new Recent<{ messages: Set<string>; at: number }>(MEMORY);
  readonly #counts = new Recent<{ count: number; firstAt: number }>(MEMORY);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What to write for `happening`, or undefined when it is too much. */
  correlate({ about, type, reason, message }: Happening): Correlated | undefined {
    const now = this.#now();
    const object = [about.kind, about.namespace, about.name, about.uid, about.apiVersion];
    const bucket = this.#buckets.get(JSON.stringify(object), () => {
      return new TokenBucket({ perSecond: SPAM_PER_SECOND, burst: SPAM_BURST, now: this.#now });
    });

    const alike = JSON.stringify([...object, about.fieldPath, type, reason]);
    const similar = this.#similar.get(alike, () => ({ messages: new Set<string>(), at: now }));
    if (now - similar.at > SIMILAR_WINDOW_MS) similar.messages.clear();
    similar.at = now;
    if (similar.messages.size < SIMILAR_MAX) similar.messages.add(message);
    const combined = !similar.messages.has(message);

    const slot = combined ? alike : JSON.stringify([alike, message]);
    const seen = this.#counts.get(slot, () => ({ count: 0, firstAt: now }));
    seen.count += 1;
    if (!bucket.tryTake()) return undefined;
    return {
      slot,
      message: combined ? `(combined from similar events): ${message}` : message,
      count: seen.count,
      firstAt: seen.firstAt,
    };
  }
}

/** A map that forgets what was longest not asked for. */
export class Recent<V> {
  readonly #max: number;
  readonly #values = new Map<string, V>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string, make: () => V): V {
    const value = this.#values.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  peek(key: string): V | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#max && oldest !== undefined) this.#values.delete(oldest);
  }

  delete(key: string): void {
    this.#values.delete(key);
  }
}
