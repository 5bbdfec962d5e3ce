import { BoundedQueue } from "./bounded-queue.ts";
import type { Entry } from "./entry.ts";

/** Frames made lately: all watchers take theirs at about the same time. */
const recent = new BoundedQueue<{ readonly frames: Map<string, Buffer>; readonly key: string }>(
  { count: 16_384, bytes: 8 << 20 },
  ({ frames, key }) => frames.delete(key),
);

/** What happened to one object, as all watchers of its resource share it. `entry` of a removal is the object's last state. */
export class Change {
  readonly revision: number;
  /** The state after; of a removal, the last state with the removing revision. */
  readonly entry: Entry;
  readonly previous: Entry | undefined;
  readonly removed: boolean;
  /** The size of what is stored: what remembering this costs, more or less. */
  readonly bytes: number;
  #frames: Map<string, Buffer> | undefined;
  #last: Entry | undefined;

  constructor(revision: number, entry: Entry, previous: Entry | undefined, removed: boolean, bytes: number) {
    this.revision = revision;
    this.entry = entry;
    this.previous = previous;
    this.removed = removed;
    this.bytes = bytes;
  }

  /** What those see removed who do not see the state after: the state before, under this revision. */
  get last(): Entry {
    if (this.removed || !this.previous) return this.entry;
    this.#last ??= this.previous.at(this.revision);
    return this.#last;
  }

  /** Bytes that show this change in one representation, made by the first watcher that asks. */
  frame(representation: string, make: () => Buffer): Buffer {
    this.#frames ??= new Map();
    const known = this.#frames.get(representation);
    if (known) return known;
    const made = make();
    this.#frames.set(representation, made);
    recent.push({ frames: this.#frames, key: representation }, made.length);
    return made;
  }
}
