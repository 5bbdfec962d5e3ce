import type { Entry } from "./entry.ts";

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

  constructor(revision: number, entry: Entry, previous: Entry | undefined, removed: boolean, bytes: number) {
    this.revision = revision;
    this.entry = entry;
    this.previous = previous;
    this.removed = removed;
    this.bytes = bytes;
  }

  /** The bytes of this change in one representation, made by the first watcher that asks. */
  frame(representation: string, make: () => Buffer): Buffer {
    this.#frames ??= new Map();
    const known = this.#frames.get(representation);
    if (known) return known;
    const made = make();
    this.#frames.set(representation, made);
    return made;
  }
}
