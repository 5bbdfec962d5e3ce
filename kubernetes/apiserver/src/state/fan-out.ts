/** The longest that watchers are let wait for more to gather. */
const MAX_PAUSE_MS = 50;
/** Passes shorter than this need no pause. */
const SHORT_MS = 2;

/** Whoever has changes to read. */
export interface Reader {
  wake(): void;
}

/**
 * Wakes readers together. After a pass that took long, the next waits as long again: a thousand watchers then take half
 * of a core, not all of it, and are sent several changes at once. Few watchers are woken at once.
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
      if (took > SHORT_MS) this.#quietUntil = performance.now() + Math.min(took, MAX_PAUSE_MS);
    });
  }
}
