/** Memory that two threads share, for values on their way to the writer: copying one in costs a tenth of what posting it would. */

/** A ring of bytes. What is put in first is released first. */
export class ValueRing {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** Bytes ever put in, and bytes ever released, those left unused at the end of the ring included. */
  #written = 0;
  #released = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(new SharedArrayBuffer(size));
  }

  /** Copies a value in and gives its place; undefined when there is no room for it at present. */
  put(value: Uint8Array): number | undefined {
    const size = this.bytes.length;
    const head = this.#written % size;
    // A value lies in one piece: where the end is too near, the rest stays unused.
    const skipped = head + value.length > size ? size - head : 0;
    if (this.#written + skipped + value.length - this.#released > size) return undefined;
    const at = skipped > 0 ? 0 : head;
    this.bytes.set(value, at);
    this.#written += skipped + value.length;
    return at;
  }

  /** The end of what has been put in so far, for `release`. */
  get mark(): number {
    return this.#written;
  }

  /** Makes room of everything that had been put in at the time of `mark`. */
  release(mark: number): void {
    this.#released = Math.max(this.#released, mark);
  }
}
