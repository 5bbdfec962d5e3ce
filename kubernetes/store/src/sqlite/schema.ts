import { DatabaseSync } from "node:sqlite";
import { StoreDamagedError } from "../errors.ts";

/** Records of one revision take ids `revision * RECORDS_PER_REVISION` onwards, so that ids sort by revision. */
export const RECORDS_PER_REVISION = 1024;

/** The largest record id that belongs to `revision` or an earlier one. */
export function lastIdOf(revision: number): number {
  return (revision + 1) * RECORDS_PER_REVISION - 1;
}

/** The revision a record id belongs to. */
export function revisionOf(id: number): number {
  return Math.floor(id / RECORDS_PER_REVISION);
}

/**
 * Opens the file with the settings every connection needs. FULL makes each commit reach the disk before it returns;
 * the single writer and the readers of the other thread share the file through the write-ahead log.
 */
export function openDatabase(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000 });
  return orClose(db, () =>
    db.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;",
    ),
  );
}

/** The database after `prepare`, which closes it when it fails. */
export function orClose(db: DatabaseSync, prepare: () => void): DatabaseSync {
  try {
    prepare();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Looks through the whole file for damage, half a millisecond for each megabyte. Throws StoreDamagedError with what was found.
 */
export function checkIntegrity(db: DatabaseSync, path: string): void {
  const found = db
    .prepare("PRAGMA quick_check(3)")
    .all()
    .map((row) => String(row.quick_check));
  if (found.join() !== "ok") throw new StoreDamagedError(path, found.join("; "));
  const newest = revisionOf(Number(db.prepare("SELECT max(id) AS id FROM record").get()?.id ?? 0));
  const counted = Number(db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()?.value);
  if (newest > counted) throw new StoreDamagedError(path, `it has records of revision ${newest}, but is at ${counted}`);
}

/**
 * Creates the tables where they are missing. `record` is the whole history: the newest record of a key is its current
 * state, a record with `deleted` is the mark its deletion left. `meta` holds the revision counter and the compaction.
 */
export function createSchema(db: DatabaseSync): void {
  const version = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version > 1) throw new Error(`Cannot open the store: its format ${version} is newer than this program's (1)`);
  if (version === 1) return;
  db.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      deleted INTEGER NOT NULL,
      create_revision INTEGER NOT NULL,
      version INTEGER NOT NULL,
      lease INTEGER,
      prev_id INTEGER,
      value BLOB NOT NULL
    );
    CREATE INDEX record_by_key ON record (key, id, deleted);
    CREATE INDEX record_by_lease ON record (lease) WHERE lease IS NOT NULL;
    CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE lease (id INTEGER PRIMARY KEY AUTOINCREMENT, ttl REAL NOT NULL);
    INSERT INTO meta VALUES ('revision', 1), ('compacted', 0);
    PRAGMA user_version = 1;
    COMMIT;`);
}
