import type { DatabaseSync } from "node:sqlite";
import type { Compare, KeyValue, Op } from "../store.ts";
import { COLUMNS, type Row, toKeyValue } from "./rows.ts";
import { lastIdOf, RECORDS_PER_REVISION, revisionOf } from "./schema.ts";

/** One transaction as it travels to the committer. */
export interface TxnRequest {
  readonly compares: readonly Compare[];
  readonly ops: readonly Op[];
}

/** The outcome of one transaction. `prev` answers the ops in their order; an op that had no effect is `skipped`. */
export type TxnOutcome =
  | { readonly ok: true; readonly revision: number; readonly applied: readonly AppliedOp[] }
  | { readonly ok: false; readonly revision: number; readonly current: readonly (KeyValue | undefined)[] }
  | { readonly refused: string };

/** What one op did to its key: the versions it now has, and what it replaced. */
export interface AppliedOp {
  readonly skipped: boolean;
  readonly createRevision: number;
  readonly version: number;
  readonly prev?: KeyValue;
}

/** Everything that writes. One exists per file; its calls are synchronous and durable when they return. */
export interface Committer {
  /** Applies transactions in order under one fsync. A refused or failed one does not disturb its neighbours. */
  commit(batch: readonly TxnRequest[]): TxnOutcome[];
  /** Records that history up to `revision` may go; `sweep` then removes it piecewise. */
  compact(revision: number): void;
  /** Removes compacted records among the next `count` ids after `from`; gives the id to go on from, or undefined at the end. */
  sweep(from: number, count: number): number | undefined;
  /** Stores a lease and gives its id. */
  grant(ttlSeconds: number): number;
  /** Forgets a lease and gives the keys that still hang on it, as they were last written. */
  endLease(lease: number): Compare[];
}

/** The committer on an open database. */
export function createCommitter(db: DatabaseSync): Committer {
  const latest = db.prepare(`SELECT ${COLUMNS} FROM record WHERE key = ? ORDER BY id DESC LIMIT 1`);
  const insert = db.prepare(
    "INSERT INTO record (id, key, deleted, create_revision, version, lease, prev_id, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const setMeta = db.prepare("UPDATE meta SET value = ? WHERE name = ?");
  const leaseExists = db.prepare("SELECT 1 FROM lease WHERE id = ?");
  const leaseKeys = db.prepare("SELECT key, id FROM record WHERE lease = ? AND deleted = 0");
  const sweepRange = db.prepare(`DELETE FROM record WHERE id > :from AND id <= :to AND (deleted = 1
    OR EXISTS (SELECT 1 FROM record n WHERE n.key = record.key AND n.id > record.id AND n.id <= :bound))`);
  const pageEnd = db.prepare(
    "SELECT max(id) AS id FROM (SELECT id FROM record WHERE id > ? AND id <= ? ORDER BY id LIMIT ?)",
  );
  const meta = (name: string) => Number(db.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.value);
  let revision = meta("revision");

  const live = (key: string): Row | undefined => {
    const row = latest.get(key);
    return row === undefined || row.deleted === 1 ? undefined : row;
  };

  const apply = ({ compares, ops }: TxnRequest): TxnOutcome => {
    const refused = malformed(ops) ?? unknownLease(ops);
    if (refused !== undefined) return { refused };
    const found = compares.map((c) => live(c.key));
    const holds = compares.every((c, i) => {
      const row = found[i];
      return c.modRevision === (row === undefined ? 0 : toKeyValue(row).modRevision);
    });
    if (!holds) return { ok: false, revision, current: found.map((row) => (row ? toKeyValue(row) : undefined)) };
    const rows = ops.map((op) => {
      const key = keyOf(op);
      const at = compares.findIndex((c) => c.key === key);
      return at >= 0 ? found[at] : live(key);
    });
    if (ops.every((op, i) => "delete" in op && rows[i] === undefined)) {
      return { ok: true, revision, applied: ops.map(() => ({ skipped: true, createRevision: 0, version: 0 })) };
    }
    revision += 1;
    return { ok: true, revision, applied: ops.map((op, i) => write(op, rows[i], revision * RECORDS_PER_REVISION + i)) };
  };

  const write = (op: Op, row: Row | undefined, id: number): AppliedOp => {
    const prevId = row === undefined ? null : Number(row.id);
    if ("delete" in op) {
      if (row === undefined) return { skipped: true, createRevision: 0, version: 0 };
      insert.run(id, op.delete.key, 1, 0, 0, null, prevId, new Uint8Array());
      return { skipped: false, createRevision: 0, version: 0, prev: toKeyValue(row) };
    }
    const { key, value, lease } = op.put;
    const createRevision = row === undefined ? revision : Number(row.create_revision);
    const version = row === undefined ? 1 : Number(row.version) + 1;
    insert.run(id, key, 0, createRevision, version, lease ?? null, prevId, value);
    return { skipped: false, createRevision, version, ...(row === undefined ? {} : { prev: toKeyValue(row) }) };
  };

  const unknownLease = (ops: readonly Op[]): string | undefined => {
    for (const op of ops) {
      if ("delete" in op || op.put.lease === undefined || leaseExists.get(op.put.lease) !== undefined) continue;
      return `Cannot put "${op.put.key}": lease ${op.put.lease} does not exist`;
    }
    return undefined;
  };

  const inTransaction = <T>(work: () => T): T => {
    const before = revision;
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      revision = before;
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  return {
    commit: (batch) =>
      inTransaction(() => {
        const before = revision;
        const outcomes = batch.map(apply);
        if (revision !== before) setMeta.run(revision, "revision");
        return outcomes;
      }),
    compact: (upTo) => inTransaction(() => void setMeta.run(upTo, "compacted")),
    sweep: (from, count) =>
      inTransaction(() => {
        const bound = lastIdOf(meta("compacted"));
        const to = pageEnd.get(from, bound, count)?.id;
        if (typeof to !== "number") return undefined;
        sweepRange.run({ from, to, bound });
        return to;
      }),
    grant: (ttl) =>
      inTransaction(() => Number(db.prepare("INSERT INTO lease (ttl) VALUES (?)").run(ttl).lastInsertRowid)),
    endLease: (lease) =>
      inTransaction(() => {
        db.prepare("DELETE FROM lease WHERE id = ?").run(lease);
        const rows = leaseKeys.all(lease).filter((row) => live(String(row.key))?.id === row.id);
        return rows.map((row) => ({ key: String(row.key), modRevision: revisionOf(Number(row.id)) }));
      }),
  };
}

function keyOf(op: Op): string {
  return "put" in op ? op.put.key : op.delete.key;
}

function malformed(ops: readonly Op[]): string | undefined {
  if (ops.length > RECORDS_PER_REVISION)
    return `Cannot apply ${ops.length} operations: the limit is ${RECORDS_PER_REVISION}`;
  const seen = new Set<string>();
  for (const op of ops) {
    const key = keyOf(op);
    if (key === "") return "Cannot write an empty key";
    if (seen.has(key)) return `Cannot write "${key}" twice in one transaction`;
    seen.add(key);
  }
  return undefined;
}
