/** Ctrl-C and SIGTERM, while a verb runs. */

/** Who is told of signals, and the default: the verb is ended. */
export interface Interrupts extends Disposable {
  /** Aborts at the first signal unless somebody else handles them. */
  readonly signal: AbortSignal;
  /** From now on signals are for `handler` alone, until the result is called. */
  handle(handler: (signal: NodeJS.Signals) => void): () => void;
}

/** Listens until disposed of. */
export function listenForInterrupts(source: Pick<NodeJS.Process, "on" | "off"> = process): Interrupts {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  let handler: (signal: NodeJS.Signals) => void = end;
  const receive = (signal: NodeJS.Signals): void => handler(signal);
  source.on("SIGINT", receive);
  source.on("SIGTERM", receive);
  return {
    signal: ending.signal,
    handle(other) {
      handler = other;
      return () => {
        if (handler === other) handler = end;
      };
    },
    [Symbol.dispose]() {
      source.off("SIGINT", receive);
      source.off("SIGTERM", receive);
    },
  };
}
