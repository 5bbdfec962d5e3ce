import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { opening } from "../sqlite/failure.ts";
import { createReader, type Reader } from "../sqlite/reader.ts";
import { checkIntegrity, orClose } from "../sqlite/schema.ts";

/** What a snapshot holds. */
export interface SnapshotInfo {
  /** The revision of the store when it was taken. */
  readonly revision: number;
  readonly keys: number;
  readonly bytes: number;
  readonly takenAt: Date;
}

/** A snapshot that has been looked through, open for reading. */
export interface Snapshot extends Disposable {
  readonly reader: Reader;
  readonly revision: number;
}

/** Opens a snapshot. Throws StoreDamagedError, or says that there is none. */
export function openSnapshot(path: string): Snapshot {
  if (!existsSync(path)) throw new Error(`there is no snapshot ${path}`);
  return opening(path, () => {
    const db = new DatabaseSync(path, { readOnly: true });
    orClose(db, () => checkIntegrity(db, path));
    const reader = createReader(db);
    return { reader, revision: reader.meta("revision"), [Symbol.dispose]: () => db.close() };
  });
}

/** What a snapshot holds, after a look through the whole file. */
export function snapshotInfo(path: string): SnapshotInfo {
  using snapshot = openSnapshot(path);
  const { size: bytes, mtime: takenAt } = statSync(path);
  return { revision: snapshot.revision, keys: snapshot.reader.count(), bytes, takenAt };
}
