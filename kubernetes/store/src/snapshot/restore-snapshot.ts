import { copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { opening } from "../sqlite/failure.ts";
import { createReader } from "../sqlite/reader.ts";
import type { Op, Store } from "../store.ts";
import { openSnapshot } from "./read-snapshot.ts";

/** Revisions skipped by a restore: more than were made after the snapshot, so that none comes twice. */
const SKIPPED = 1_000_000;
/** Fewer than the 128 operations etcd takes in a transaction by default. */
const BATCH = 100;

/**
 * Puts a snapshot in the place of the store in the SQLite file `path`, which nobody may have open; gives where the former
 * file went, if there was one. Revisions go on beyond all that were ever used, and history before is gone: clients that
 * resume a watch are told to start anew.
 */
export function restoreSqlite(snapshot: string, path: string): string | undefined {
  openSnapshot(snapshot)[Symbol.dispose]();
  const fresh = `${path}.restored`;
  rmSync(fresh, { force: true });
  copyFileSync(snapshot, fresh);
  const db = opening(fresh, () => new DatabaseSync(fresh));
  try {
    const revision = Math.max(createReader(db).meta("revision"), revisionIn(path)) + SKIPPED;
    db.exec("PRAGMA synchronous = FULL; BEGIN");
    db.exec(`DELETE FROM record WHERE deleted = 1
      OR EXISTS (SELECT 1 FROM record n WHERE n.key = record.key AND n.id > record.id)`);
    db.prepare("UPDATE meta SET value = ?").run(revision);
    db.exec("COMMIT");
  } finally {
    db.close();
  }
  const former = existsSync(path) ? `${path}.before-restore` : undefined;
  if (former !== undefined) moveStore(path, former);
  moveStore(fresh, path);
  return former;
}

/** The revision of the store to be replaced, which may be damaged: a reason to restore. */
function revisionIn(path: string): number {
  if (!existsSync(path)) return 0;
  try {
    const db = new DatabaseSync(path, { readOnly: true });
    try {
      return createReader(db).meta("revision");
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof Error && "errcode" in error) return 0;
    throw error;
  }
}

/** A store is its file and, after a crash, the log beside it. */
function moveStore(from: string, to: string): void {
  for (const suffix of ["-wal", "-shm", ""]) {
    rmSync(to + suffix, { force: true });
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  }
}

/**
 * Makes any store hold what a snapshot holds and nothing else, in steps: nobody else may use it meanwhile. Keys get new
 * revisions. An interrupted restore is repaired by another one.
 */
export async function restoreInto(store: Store, snapshot: string): Promise<void> {
  using source = openSnapshot(snapshot);
  const { kvs } = source.reader.range("", source.revision, {});
  const wanted = new Set(kvs.map(({ key }) => key));
  const present = (await store.range("")).kvs.filter(({ key }) => !wanted.has(key));
  const leases = new Map<number, number>();
  for (const { id, ttlSeconds } of source.reader.leases()) leases.set(id, await store.lease(ttlSeconds));
  const ops = [
    ...present.map(({ key }): Op => ({ delete: { key } })),
    ...kvs.map(({ key, value, lease: old }): Op => {
      const lease = old === undefined ? undefined : leases.get(old);
      return { put: lease === undefined ? { key, value } : { key, value, lease } };
    }),
  ];
  for (let i = 0; i < ops.length; i += BATCH) await store.txn([], ops.slice(i, i + BATCH));
}
