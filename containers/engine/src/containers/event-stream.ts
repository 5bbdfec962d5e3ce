/** Hands events to any number of listeners, each at its own pace. */
export class EventStream<T> {
  readonly #listeners = new Set<(event: T) => void>();

  emit(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** What is emitted from now on, in order, until `signal` aborts. A listener that is slow keeps its own queue. */
  subscribe(signal: AbortSignal): AsyncIterable<T> {
    const queue: T[] = [];
    let wake: (() => void) | undefined;
    const listener = (event: T): void => {
      queue.push(event);
      wake?.();
    };
    const stop = (): void => {
      this.#listeners.delete(listener);
      wake?.();
    };
    if (!signal.aborted) {
      // Listening begins here, not at the first `next`: nothing that happens in between is lost.
      this.#listeners.add(listener);
      signal.addEventListener("abort", stop, { once: true });
    }
    const iterate = async function* (): AsyncGenerator<T> {
      try {
        while (!signal.aborted) {
          const event = queue.shift();
          if (event !== undefined) {
            yield event;
            continue;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        signal.removeEventListener("abort", stop);
        stop();
      }
    };
    return iterate();
  }
}
