import type { DatabaseSync } from "node:sqlite";
import type { KeyValue, RangeOptions, RangeResult, StoreEvent } from "../store.ts";
import { prefixEnd } from "./prefix.ts";
import { COLUMNS, toKeyValue } from "./rows.ts";
import { lastIdOf, revisionOf } from "./schema.ts";

/** Everything that reads, at a revision the caller has checked. Synchronous: pages come from memory as a rule. */
export interface Reader {
  get(key: string, revision: number): KeyValue | undefined;
  range(prefix: string, revision: number, o: RangeOptions): RangeResult;
  /** The events of the revisions `from` to `to`, at least one whole revision if there is any, about `limit` events. */
  history(prefix: string, from: number, to: number, limit: number): { events: StoreEvent[]; through: number };
  /** How many keys there are now. */
  count(): number;
  leases(): { readonly id: number; readonly ttlSeconds: number }[];
  meta(name: "revision" | "compacted"): number;
}

/** A reader on an open database. */
export function createReader(db: DatabaseSync): Reader {
  const one = db.prepare(`SELECT ${COLUMNS} FROM record WHERE key = ? AND id <= ? ORDER BY id DESC LIMIT 1`);
  const live = `FROM (SELECT key AS k, max(id) AS i, deleted AS d FROM record
    WHERE key >= :from AND key < :end AND key > :after AND id <= :bound GROUP BY key) WHERE d = 0`;
  const page = db.prepare(
    `SELECT ${COLUMNS} FROM (SELECT k, i ${live} ORDER BY k LIMIT :limit) JOIN record ON id = i ORDER BY k`,
  );
  const count = db.prepare(`SELECT count(*) AS n ${live}`);
  const past = db.prepare(
    `SELECT ${COLUMNS} FROM record WHERE id >= ? AND id <= ? AND key >= ? AND key < ? ORDER BY id LIMIT ?`,
  );
  const byId = db.prepare(`SELECT ${COLUMNS} FROM record WHERE id = ?`);
  const metaRow = db.prepare("SELECT value FROM meta WHERE name = ?");

  const toEvent = (row: ReturnType<typeof past.all>[number]): StoreEvent => {
    const prevRow = row.prev_id === null ? undefined : byId.get(Number(row.prev_id));
    const event = { type: row.deleted === 1 ? ("delete" as const) : ("put" as const), kv: toKeyValue(row) };
    return prevRow === undefined || row.prev_id === null ? event : { ...event, prev: toKeyValue(prevRow) };
  };

  return {
    get(key, revision) {
      const row = one.get(key, lastIdOf(revision));
      return row === undefined || row.deleted === 1 ? undefined : toKeyValue(row);
    },
    range(prefix, revision, { limit = 0, startAfter = "" }) {
      const bounds = { from: prefix, end: prefixEnd(prefix), after: startAfter, bound: lastIdOf(revision) };
      const rows = page.all({ ...bounds, limit: limit > 0 ? limit : -1 });
      const kvs = rows.map(toKeyValue);
      const last = kvs.at(-1);
      if (limit === 0 || kvs.length < limit || last === undefined) return { kvs, revision, more: false, remaining: 0 };
      const remaining = Number(count.get({ ...bounds, after: last.key })?.n ?? 0);
      return { kvs, revision, more: remaining > 0, remaining };
    },
    history(prefix, from, to, limit) {
      const end = prefixEnd(prefix);
      const rows = past.all(lastIdOf(from - 1) + 1, lastIdOf(to), prefix, end, limit);
      const last = rows.at(-1);
      if (rows.length < limit || last === undefined) return { events: rows.map(toEvent), through: to };
      const through = revisionOf(Number(last.id));
      const rest = past.all(Number(last.id) + 1, lastIdOf(through), prefix, end, -1);
      return { events: [...rows, ...rest].map(toEvent), through };
    },
    count: () => Number(count.get({ from: "", end: prefixEnd(""), after: "", bound: Number.MAX_SAFE_INTEGER })?.n ?? 0),
    leases: () =>
      db
        .prepare("SELECT id, ttl FROM lease")
        .all()
        .map((row) => ({ id: Number(row.id), ttlSeconds: Number(row.ttl) })),
    meta: (name) => Number(metaRow.get(name)?.value),
  };
}
