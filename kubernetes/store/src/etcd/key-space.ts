/** Where a store's keys are in an etcd that others may use as well. */
import { BadRequestError } from "../errors.ts";

/** A half-open range of etcd keys. */
export interface WireRange {
  readonly key: Buffer;
  readonly rangeEnd: Buffer;
}

/** Converts between the store's keys and etcd's. */
export interface KeySpace {
  /** The etcd key of a key. Throws BadRequestError for one that does not begin with "/". */
  toWire(key: string): Buffer;
  fromWire(key: Uint8Array): string;
  /** The keys that start with `prefix` and sort after `startAfter`. */
  range(prefix: string, startAfter?: string): WireRange;
  /**
   * The key every transaction writes: its revision is that of the newest transaction, whatever else the cluster is used
   * for, and its value names that transaction.
   */
  readonly marker: Buffer;
  /** The marker and all keys, as one range: "." sorts right before "/". */
  readonly everything: WireRange;
}

/** The keys under `root`, which begins with "/" and does not end with it. */
export function createKeySpace(root: string): KeySpace {
  if (!/^\/[^\0]*[^/\0]$/.test(root)) {
    throw new BadRequestError(`Cannot keep keys under "${root}": a prefix begins with "/" and does not end with it`);
  }
  const marker = Buffer.from(`${root}.revision`);
  const end = Buffer.from(`${root}0`); // "0" sorts right after "/"
  return {
    marker,
    everything: { key: marker, rangeEnd: end },
    toWire(key) {
      if (!key.startsWith("/")) throw new BadRequestError(`Cannot use the key "${key}": keys begin with "/"`);
      return Buffer.from(root + key);
    },
    fromWire: (key) =>
      Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("utf8", Buffer.byteLength(root)),
    range(prefix, startAfter = "") {
      if (prefix !== "" && !prefix.startsWith("/")) {
        throw new BadRequestError(`Cannot use the prefix "${prefix}": keys begin with "/"`);
      }
      const first = Buffer.from(`${root}${prefix === "" ? "/" : prefix}`);
      const after = startAfter === "" ? first : Buffer.from(`${root}${startAfter}\0`);
      return { key: Buffer.compare(after, first) > 0 ? after : first, rangeEnd: endOf(first) };
    },
  };
}

/** The first key after all that start with `prefix`. UTF-8 has no byte 255, so the last one can always grow. */
function endOf(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  end[end.length - 1] = (end[end.length - 1] ?? 0) + 1;
  return end;
}
