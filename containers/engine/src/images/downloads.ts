/** Transfers that several callers may want at once: each runs once, for as long as anyone waits for it. */
export class Downloads {
  readonly #running = new Map<string, Transfer>();

  /**
   * Waits for the transfer with this key, starting it with `work` where it does not run. `progress` is told how many bytes came. A caller
   * whose signal aborts leaves; when the last has left, the transfer is aborted. A failure is everyone's.
   */
  async join(
    key: string,
    work: Work,
    o: { readonly progress: Progress; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    o.signal?.throwIfAborted();
    const transfer = this.#running.get(key) ?? this.#start(key, work);
    transfer.listeners.add(o.progress);
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(o.signal?.reason);
    o.signal?.addEventListener("abort", leave, { once: true });
    try {
      await Promise.race([transfer.done, left.promise]);
    } finally {
      o.signal?.removeEventListener("abort", leave);
      transfer.listeners.delete(o.progress);
      if (transfer.listeners.size === 0) this.#stop(key, transfer, o.signal?.reason);
    }
  }

  #start(key: string, work: Work): Transfer {
    const stop = new AbortController();
    const listeners = new Set<Progress>();
    const report = (current: number) => {
      for (const listener of listeners) listener(current);
    };
    const transfer: Transfer = { listeners, stop, done: work(report, stop.signal) };
    this.#running.set(key, transfer);
    const forget = () => void (this.#running.get(key) === transfer && this.#running.delete(key));
    transfer.done.then(forget, forget);
    return transfer;
  }

  #stop(key: string, transfer: Transfer, reason: unknown): void {
    // Who comes now starts anew: this one is ending.
    if (this.#running.get(key) === transfer) this.#running.delete(key);
    transfer.stop.abort(reason);
  }
}

type Progress = (current: number) => void;
type Work = (report: Progress, signal: AbortSignal) => Promise<void>;

interface Transfer {
  readonly listeners: Set<Progress>;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}
