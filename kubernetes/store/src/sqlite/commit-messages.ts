/**
 * How transactions and their outcomes travel between threads: as flat arrays of scalars, which take a tenth of the time that
 * objects take to be copied. Values go through a ring of shared memory; one that finds no room there travels itself.
 */
import type { KeyValue, Op } from "../store.ts";
import type { AppliedOp, TxnOutcome, TxnRequest } from "./committer.ts";
import type { ValueRing } from "./value-ring.ts";

/** Several transactions, or their outcomes: see `packTxns` and `packOutcomes`. */
export type Packed = (string | number | Uint8Array | KeyValue | undefined)[];

const DELETE = -1;
const INLINE = -2;

/**
 * For each transaction: the number of compares, key and revision of each; the number of operations, and of each its key, and
 * `DELETE`, or the place of its value (or `INLINE` and the value), its length and its lease, 0 for none.
 */
export function packTxns(requests: readonly TxnRequest[], ring: ValueRing): Packed {
  const packed: Packed = [requests.length];
  for (const { compares, ops } of requests) {
    packed.push(compares.length);
    for (const { key, modRevision } of compares) packed.push(key, modRevision);
    packed.push(ops.length);
    for (const op of ops) packOp(packed, op, ring);
  }
  return packed;
}

function packOp(packed: Packed, op: Op, ring: ValueRing): void {
  if ("delete" in op) {
    packed.push(op.delete.key, DELETE);
    return;
  }
  const { key, value, lease = 0 } = op.put;
  const at = ring.put(value);
  if (at === undefined) packed.push(key, INLINE, ownBuffer(value), lease);
  else packed.push(key, at, value.length, lease);
}

/** Posting a view would copy the whole buffer it looks into, which for a small Buffer is Node's shared pool. */
function ownBuffer(value: Uint8Array): Uint8Array {
  return value.byteLength === value.buffer.byteLength ? value : Uint8Array.prototype.slice.call(value);
}

/** The transactions of `packTxns`. Values are views of `shared`: they hold until the outcome is posted. */
export function unpackTxns(packed: Packed, shared: Uint8Array): TxnRequest[] {
  const read = reader(packed);
  return read.times(() => ({
    compares: read.times(() => ({ key: read.next() as string, modRevision: read.next() as number })),
    ops: read.times((): Op => {
      const key = read.next() as string;
      const at = read.next() as number;
      if (at === DELETE) return { delete: { key } };
      const given = read.next();
      const value = at === INLINE ? (given as Uint8Array) : shared.subarray(at, at + (given as number));
      const lease = read.next() as number;
      return { put: lease === 0 ? { key, value } : { key, value, lease } };
    }),
  }));
}

const [FAILED, DONE, REFUSED] = [0, 1, 2];

/**
 * For each outcome: `DONE`, the revision, the number of operations, and of each 1 where it had no effect, what its key was created at, its
 * version, and what was there before; or `FAILED`, the revision, the number of compares, and what each key is now; or `REFUSED` and why.
 */
export function packOutcomes(outcomes: readonly TxnOutcome[]): Packed {
  const packed: Packed = [outcomes.length];
  for (const outcome of outcomes) {
    if ("refused" in outcome) packed.push(REFUSED, outcome.refused);
    else if (!outcome.ok) packed.push(FAILED, outcome.revision, outcome.current.length, ...outcome.current);
    else {
      packed.push(DONE, outcome.revision, outcome.applied.length);
      for (const { skipped, createRevision, version, prev } of outcome.applied) {
        packed.push(skipped ? 1 : 0, createRevision, version, prev);
      }
    }
  }
  return packed;
}

/** The outcomes of `packOutcomes`. */
export function unpackOutcomes(packed: Packed): TxnOutcome[] {
  const read = reader(packed);
  return read.times((): TxnOutcome => {
    const what = read.next();
    if (what === REFUSED) return { refused: read.next() as string };
    const revision = read.next() as number;
    if (what === FAILED) return { ok: false, revision, current: read.times(() => read.next() as KeyValue | undefined) };
    return { ok: true, revision, applied: read.times(() => applied(read)) };
  });
}

function applied(read: Reader): AppliedOp {
  const [skipped, createRevision, version] = [read.next() === 1, read.next() as number, read.next() as number];
  const prev = read.next() as KeyValue | undefined;
  return prev === undefined ? { skipped, createRevision, version } : { skipped, createRevision, version, prev };
}

type Reader = ReturnType<typeof reader>;

/** Reads items one after another; `times` first reads how often. */
function reader(packed: Packed) {
  let at = 0;
  const next = () => packed[at++];
  return {
    next,
    times<T>(read: () => T): T[] {
      const items: T[] = [];
      for (let left = next() as number; left > 0; left--) items.push(read());
      return items;
    },
  };
}
