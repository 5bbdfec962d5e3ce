/** The longest that watchers are let wait for more to gather. */
const MAX_PAUSE_MS = 40;
/** The pause after a pass, as a multiple of what the pass took. */
const PAUSE_FACTOR = 3;
/** Passes shorter than this need no pause. */
const SHORT_MS = 2;

/** Whoever has changes to read. */
export interface Reader {
  wake(): void;
}

/**
 * Wakes readers together. After a pass that took long, the next waits a while: a thousand watchers are then sent several
 * changes at once, and leave time for the requests that make them. Few watchers are woken at once.
 */
export class FanOut {
  #waiting = new Set<Reader>();
  #scheduled = false;
  #quietUntil = 0;

  /** Wakes the reader in the next pass: as soon as the present work is done, or a little later under load. */
  wake(reader: Reader): void {
    this.#waiting.add(reader);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const pause = this.#quietUntil - performance.now();
    if (pause > 0) setTimeout(() => this.#pass(), pause);
    else queueMicrotask(() => this.#pass());
  }

  #pass(): void {
    const started = performance.now();
    const readers = this.#waiting;
    this.#waiting = new Set();
    this.#scheduled = false;
    for (const reader of readers) reader.wake();
    // What readers do follows in microtasks; this comes after them.
    if (readers.size < 8) return;
    setImmediate(() => {
      const took = performance.now() - started;
      if (took > SHORT_MS) this.#quietUntil = performance.now() + Math.min(PAUSE_FACTOR * took, MAX_PAUSE_MS);
    });
  }
}
