/** A binary heap of keyed items: the smallest by `compare` comes first; any can be taken out by its key. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #index = new Map<string, number>();
  readonly #key: (item: T) => string;
  readonly #compare: (a: T, b: T) => number;

  constructor(key: (item: T) => string, compare: (a: T, b: T) => number) {
    this.#key = key;
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  get(key: string): T | undefined {
    const index = this.#index.get(key);
    return index === undefined ? undefined : this.#items[index];
  }

  /** Puts `item` in, in place of one with the same key. */
  push(item: T): void {
    this.remove(this.#key(item));
    this.#items.push(item);
    this.#index.set(this.#key(item), this.#items.length - 1);
    this.#rise(this.#items.length - 1);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    return first === undefined ? undefined : this.remove(this.#key(first));
  }

  remove(key: string): T | undefined {
    const index = this.#index.get(key);
    if (index === undefined) return undefined;
    const item = this.#items[index];
    const last = this.#items.pop();
    this.#index.delete(key);
    if (last !== undefined && index < this.#items.length) {
      this.#items[index] = last;
      this.#index.set(this.#key(last), index);
      this.#rise(index);
      this.#sink(index);
    }
    return item;
  }

  #rise(from: number): void {
    for (let index = from; index > 0; ) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfSmaller(index, parent)) return;
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ; ) {
      const left = 2 * index + 1;
      const right = left + 1;
      const smaller = right < this.#items.length && this.#less(right, left) ? right : left;
      if (smaller >= this.#items.length || !this.#swapIfSmaller(smaller, index)) return;
      index = smaller;
    }
  }

  #less(a: number, b: number): boolean {
    const [itemA, itemB] = [this.#items[a], this.#items[b]];
    return itemA !== undefined && itemB !== undefined && this.#compare(itemA, itemB) < 0;
  }

  #swapIfSmaller(child: number, parent: number): boolean {
    if (!this.#less(child, parent)) return false;
    const [a, b] = [this.#items[child], this.#items[parent]];
    if (a === undefined || b === undefined) return false;
    this.#items[child] = b;
    this.#items[parent] = a;
    this.#index.set(this.#key(b), child);
    this.#index.set(this.#key(a), parent);
    return true;
  }
}
