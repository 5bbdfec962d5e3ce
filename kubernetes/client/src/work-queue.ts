import { ItemBackoff, TokenBucket } from "./backoff.ts";

export interface WorkQueueOptions {
  /** Delays after failures; 5 ms doubling to 1000 s unless given. */
  readonly backoff?: ItemBackoff | undefined;
  /** Bounds all retries together; 10 per second after a burst of 100 unless given. */
  readonly bucket?: TokenBucket | undefined;
}

/**
 * A queue of keys to look at. A key waits at most once, however often it is added; a key taken is not given out again
 * until `done`, and waits for that if it was added meanwhile. Closing drops what waits and wakes every taker.
 */
export class WorkQueue {
  readonly #backoff: ItemBackoff;
  readonly #bucket: TokenBucket;
  /** In the order to be given out. */
  readonly #ready = new Set<string>();
  readonly #taken = new Set<string>();
  /** Added while taken. */
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly due: number }>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions = {}) {
    this.#backoff = options.backoff ?? new ItemBackoff();
    this.#bucket = options.bucket ?? new TokenBucket({ perSecond: 10, burst: 100 });
  }

  /** How many keys wait to be taken now. */
  get length(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#closed) return;
    if (this.#taken.has(key)) {
      this.#again.add(key);
      return;
    }
    const taker = this.#takers.shift();
    if (!taker) {
      this.#ready.add(key);
      return;
    }
    this.#taken.add(key);
    taker(key);
  }

  /** Adds `key` in `delayMs`. Of several such requests for a key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#closed) return;
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const due = performance.now() + delayMs;
    const pending = this.#timers.get(key);
    if (pending && pending.due <= due) return;
    if (pending) clearTimeout(pending.timer);
    const fire = () => {
      this.#timers.delete(key);
      this.add(key);
    };
    // Beyond 24 days a Node timer would fire at once.
    this.#timers.set(key, { timer: setTimeout(fire, Math.min(delayMs, 2_000_000_000)), due });
  }

  /** Adds `key` after its own backoff or when the overall bucket allows, whichever is later. */
  retry(key: string): void {
    this.addAfter(key, Math.max(this.#backoff.next(key), this.#bucket.reserve()));
  }

  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  /** The key succeeded: its next failure waits the shortest delay again. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** The next key, when there is one; undefined once closed. The taker must call `done` with it. */
  take(): Promise<string | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    const [key] = this.#ready;
    if (key === undefined) return new Promise((resolve) => this.#takers.push(resolve));
    this.#ready.delete(key);
    this.#taken.add(key);
    return Promise.resolve(key);
  }

  done(key: string): void {
    this.#taken.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#ready.clear();
    this.#again.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
