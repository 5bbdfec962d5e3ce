import { BoundedQueue } from "./bounded-queue.ts";
import type { Change } from "./change.ts";

/**
 * All that is remembered for watches that start a little in the past, of whatever resource: the oldest leaves first. The
 * size is that of the objects' bytes.
 */
const remembered = new BoundedQueue<ChangeHistory>({ count: 8192, bytes: 16 << 20 }, (history) => history.shift());

/** The latest changes of one resource. What is older is in the store, until it is compacted. */
export class ChangeHistory {
  /** Forgotten ones leave a hole until there are enough of them: what they hold is let go at once. */
  #changes: (Change | undefined)[] = [];
  #first = 0;
  /** Everything after this revision is remembered. */
  #after: number;

  /** Nothing has happened since `revision` yet. */
  constructor(revision: number) {
    this.#after = revision;
  }

  add(change: Change): void {
    this.#changes.push(change);
    remembered.push(this, change.bytes);
  }

  /** The changes after `revision`, or undefined when memory does not reach back that far. */
  since(revision: number): readonly Change[] | undefined {
    if (revision < this.#after) return undefined;
    let first = this.#changes.length;
    while (first > this.#first && (this.#changes[first - 1]?.revision ?? 0) > revision) first--;
    return this.#changes.slice(first).filter((change) => change !== undefined);
  }

  /** Forgets the oldest change. */
  shift(): void {
    this.#after = this.#changes[this.#first]?.revision ?? this.#after;
    this.#changes[this.#first] = undefined;
    this.#first++;
    if (this.#first < 256 || this.#first * 2 < this.#changes.length) return;
    this.#changes = this.#changes.slice(this.#first);
    this.#first = 0;
  }
}
