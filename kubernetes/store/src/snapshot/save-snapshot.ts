import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { opening } from "../sqlite/failure.ts";
import { createSchema, RECORDS_PER_REVISION } from "../sqlite/schema.ts";
import type { KeyValue, Store } from "../store.ts";

/** How long an Event-like key lives after a restore: a store does not tell how long its leases were meant to be. */
const LEASE_SECONDS = 3600;
const PAGE = 500;

/**
 * Copies the store in a SQLite file, as it is at this moment, into the new file `target`; whoever has it open goes on
 * writing. The copy is on disk, and whole, when this returns. Throws when there is no store, no room, or damage.
 */
export function saveSqliteSnapshot(path: string, target: string): void {
  const db = opening(path, () => new DatabaseSync(path, { readOnly: true, timeout: 5000 }));
  try {
    const unfinished = begin(target);
    try {
      opening(path, () => db.prepare("VACUUM INTO ?").run(unfinished));
      finish(unfinished, target);
    } finally {
      rmSync(unfinished, { force: true });
    }
  } finally {
    db.close();
  }
}

/** Copies all keys of any store, at one revision, into the new file `target`. */
export async function saveStoreSnapshot(store: Store, target: string): Promise<void> {
  const unfinished = begin(target);
  try {
    const db = new DatabaseSync(unfinished);
    try {
      createSchema(db);
      const revision = await copyKeys(store, db);
      db.prepare("UPDATE meta SET value = ?").run(revision);
    } finally {
      db.close();
    }
    finish(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function copyKeys(store: Store, db: DatabaseSync): Promise<number> {
  const insert = db.prepare(
    "INSERT INTO record (id, key, deleted, create_revision, version, lease, prev_id, value) VALUES (?, ?, 0, ?, ?, ?, NULL, ?)",
  );
  const addLease = db.prepare("INSERT OR IGNORE INTO lease (id, ttl) VALUES (?, ?)");
  const placed = new Map<number, number>();
  const write = ({ key, value, createRevision, modRevision, version, lease }: KeyValue) => {
    const place = placed.get(modRevision) ?? 0;
    placed.set(modRevision, place + 1);
    if (lease !== undefined) addLease.run(lease, LEASE_SECONDS);
    insert.run(modRevision * RECORDS_PER_REVISION + place, key, createRevision, version, lease ?? null, value);
  };
  let page = await store.range("", { limit: PAGE });
  const { revision } = page;
  for (;;) {
    db.exec("BEGIN");
    page.kvs.forEach(write);
    db.exec("COMMIT");
    const startAfter = page.kvs.at(-1)?.key;
    if (!page.more || startAfter === undefined) return revision;
    page = await store.range("", { limit: PAGE, revision, startAfter });
  }
}

/** An empty file beside `target`, which nobody else can read: snapshots hold Secrets. */
function begin(target: string): string {
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { force: true });
  closeSync(openSync(unfinished, "wx", 0o600));
  return unfinished;
}

/** Makes `target` appear, whole and on disk. */
function finish(unfinished: string, target: string): void {
  sync(unfinished);
  renameSync(unfinished, target);
  sync(dirname(target));
}

function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
