interface Entry {
  delayMs: number;
  updatedAt: number;
}

export interface BackoffOptions {
  readonly initialMs: number;
  readonly maxMs: number;
}

/**
 * Delays that double with every failure of a key up to a maximum, and start over when a key has been quiet for twice
 * the maximum. Takes all times from its caller, in milliseconds.
 */
export class Backoff {
  readonly #entries = new Map<string, Entry>();
  readonly #initialMs: number;
  readonly #maxMs: number;

  constructor(options: BackoffOptions) {
    this.#initialMs = options.initialMs;
    this.#maxMs = options.maxMs;
  }

  /** The delay in force for `key`; 0 when it has not failed, or not for long. */
  delay(key: string, at: number): number {
    const entry = this.#entries.get(key);
    return entry && !this.#expired(entry, at) ? entry.delayMs : 0;
  }

  /** Until when `key`, which failed at `failedAt`, has to wait. Not later than `failedAt` if it need not. */
  until(key: string, failedAt: number): number {
    return failedAt + this.delay(key, failedAt);
  }

  /** Doubles the delay of `key`; the first is the initial one. */
  next(key: string, at: number): void {
    const entry = this.#entries.get(key);
    const delayMs = entry && !this.#expired(entry, at) ? Math.min(entry.delayMs * 2, this.#maxMs) : this.#initialMs;
    this.#entries.set(key, { delayMs, updatedAt: at });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #expired(entry: Entry, at: number): boolean {
    return at - entry.updatedAt > this.#maxMs * 2;
  }
}
