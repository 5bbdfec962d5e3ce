import type { SQLOutputValue } from "node:sqlite";
import type { KeyValue } from "../store.ts";
import { revisionOf } from "./schema.ts";

/** A row of `record` as node:sqlite gives it. */
export type Row = Record<string, SQLOutputValue>;

/** The columns `toKeyValue` needs. */
export const COLUMNS = "id, key, deleted, create_revision, version, lease, prev_id, value";

/** A record as the key's state after it. */
export function toKeyValue(row: Row): KeyValue {
  const { lease, value } = row;
  const kv = {
    key: String(row.key),
    value: value instanceof Uint8Array ? value : new Uint8Array(),
    createRevision: Number(row.create_revision),
    modRevision: revisionOf(Number(row.id)),
    version: Number(row.version),
  };
  return lease === null || lease === undefined ? kv : { ...kv, lease: Number(lease) };
}
