import type { Change } from "./change.ts";

/** How many changes a watcher may leave unread before it is cut off. */
const MAX_UNREAD = 16_384;
/** And how much their objects may hold together. */
const MAX_UNREAD_BYTES = 64 << 20;

/** One reader's queue of changes. Cut off, never grown without bound, when the reader is slow. */
export class CacheWatcher {
  readonly #queue: Change[] = [];
  readonly #detach: () => void;
  #bytes = 0;
  #over = false;
  #poked = false;
  #wake: (() => void) | undefined;

  constructor(detach: () => void) {
    this.#detach = detach;
  }

  offer(change: Change): void {
    this.#queue.push(change);
    this.#bytes += change.bytes;
    if (this.#queue.length > MAX_UNREAD || this.#bytes > MAX_UNREAD_BYTES) this.end();
    else this.#rouse();
  }

  /** All changes queued now; waits for one when there is none. None after a `poke`, undefined once the watcher has ended. */
  async next(): Promise<readonly Change[] | undefined> {
    while (this.#queue.length === 0 && !this.#over && !this.#poked) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#over) return undefined;
    this.#poked = false;
    this.#bytes = 0;
    return this.#queue.splice(0);
  }

  /** Wakes the reader although nothing changed, so that it can look at the time. */
  poke(): void {
    this.#poked = true;
    this.#rouse();
  }

  /** Ends the watch: `next` answers undefined from now on. */
  end(): void {
    this.#over = true;
    this.#queue.length = 0;
    this.#detach();
    this.#rouse();
  }

  #rouse(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
