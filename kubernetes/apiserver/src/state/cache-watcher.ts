import type { Change } from "./change.ts";
import type { FanOut } from "./fan-out.ts";

/** How many changes a watcher may leave unread before it is cut off. */
const MAX_UNREAD = 16_384;
/** And how much their objects may hold together. */
const MAX_UNREAD_BYTES = 64 << 20;

/** One reader's queue of changes. Cut off, never grown without bound, when the reader is slow. */
export class CacheWatcher {
  readonly #fanOut: FanOut;
  readonly #detach: () => void;
  #queue: Change[] = [];
  #bytes = 0;
  #over = false;
  #poked = false;
  #resume: (() => void) | undefined;

  constructor(fanOut: FanOut, detach: () => void) {
    this.#fanOut = fanOut;
    this.#detach = detach;
  }

  offer(change: Change): void {
    this.#queue.push(change);
    this.#bytes += change.bytes;
    if (this.#queue.length > MAX_UNREAD || this.#bytes > MAX_UNREAD_BYTES) this.end();
    else if (this.#resume) this.#fanOut.wake(this);
  }

  /** All changes queued now; waits for one when there is none. None after a `poke`, undefined once the watcher has ended. */
  async next(): Promise<readonly Change[] | undefined> {
    while (this.#queue.length === 0 && !this.#over && !this.#poked) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
    if (this.#over) return undefined;
    this.#poked = false;
    this.#bytes = 0;
    const changes = this.#queue;
    this.#queue = [];
    return changes;
  }

  /** Wakes the reader although nothing changed, so that it can look at the time. */
  poke(): void {
    this.#poked = true;
    this.wake();
  }

  /** Ends the watch: `next` answers undefined from now on. */
  end(): void {
    this.#over = true;
    this.#queue = [];
    this.#detach();
    this.wake();
  }

  wake(): void {
    this.#resume?.();
    this.#resume = undefined;
  }
}
