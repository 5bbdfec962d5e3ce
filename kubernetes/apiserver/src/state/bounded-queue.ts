/** What is worth keeping for a while: the newest of it, up to a number and a size. What falls out is told so. */
export class BoundedQueue<T> {
  readonly #limits: { readonly count: number; readonly bytes: number };
  readonly #drop: (item: T) => void;
  #items: { readonly item: T; readonly bytes: number }[] = [];
  #first = 0;
  #bytes = 0;

  constructor(limits: { readonly count: number; readonly bytes: number }, drop: (item: T) => void = () => {}) {
    this.#limits = limits;
    this.#drop = drop;
  }

  /** Adds the newest; the oldest leave until all fit, but for the newest itself. */
  push(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    while (this.#bytes > this.#limits.bytes || this.#items.length - this.#first > this.#limits.count) {
      const oldest = this.#items[this.#first];
      if (!oldest || this.#items.length - this.#first === 1) break;
      this.#first++;
      this.#bytes -= oldest.bytes;
      this.#drop(oldest.item);
    }
    if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }
}
