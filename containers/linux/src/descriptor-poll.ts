import { node } from "koffi";

export interface Readiness {
  readonly readable?: boolean;
  readonly writable?: boolean;
}

/** Tells when a descriptor can be read or written, in Node's own event loop. Each `arm` is answered once at most. */
export class DescriptorPoll {
  readonly #handle: node.PollHandle;
  readonly #ready: (now: Readiness) => void;
  #open = true;

  /** Watches nothing until it is armed. */
  constructor(fd: number, ready: (now: Readiness) => void) {
    this.#ready = ready;
    this.#handle = node.poll(fd, { readable: false }, () => undefined);
  }

  /** Waits for what `wanted` names, instead of what was waited for before. */
  arm(wanted: Readiness): void {
    if (!this.#open) return;
    // The library calls back with a status and the events, and outside of Node's callback scope: promises and errors would be left lying.
    const callback = (...args: unknown[]): void => {
      this.#handle.stop();
      const events = args[1] as Readiness;
      setImmediate(() => {
        if (this.#open) this.#ready(events);
      });
    };
    this.#handle.start(wanted, callback);
  }

  /** Waiting for it keeps this process from ending no longer. */
  unref(): void {
    this.#handle.unref();
  }

  /** To be called before the descriptor is closed. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#handle.close();
  }
}
