import { CompactedError, FutureRevisionError, StoreClosedError } from "../errors.ts";
import type { Store, WatchBatch, WatchOptions } from "../store.ts";
import { createWatchHub, type WatchHub } from "../watch-hub.ts";
import { opening } from "./failure.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createLeaseTimers } from "./leases.ts";
import { createReader, type Reader } from "./reader.ts";
import { checkIntegrity, createSchema, openDatabase, orClose } from "./schema.ts";
import { inlineWriter, workerWriter } from "./writer.ts";

/** What the SQLite store needs. `path` names the database file, or is ":memory:" for a store that ends with the process. */
export interface SqliteStoreOptions {
  readonly path: string;
  readonly log: { error(message: string, fields?: Record<string, unknown>): void };
}

/** Records looked at in one piece of a compaction: long enough to be quick, short enough for writes to slip in between. */
const SWEEP_STEP = 2000;
const HISTORY_PAGE = 1000;

/**
 * Opens or creates a store in one SQLite file. One process at a time may hold it open. Reads run in the calling thread,
 * writes in a thread of their own, grouped; `:memory:` does both in the calling thread. Throws StoreDamagedError for a
 * file that is not whole, StoreFullError when there is no room to open it.
 */
export async function openSqliteStore({ path, log }: SqliteStoreOptions): Promise<Store> {
  const db = opening(path, () => {
    const opened = openDatabase(path);
    return orClose(opened, () => {
      createSchema(opened);
      checkIntegrity(opened, path);
    });
  });
  const reader = createReader(db);
  const writer = path === ":memory:" ? inlineWriter(db) : await workerWriter(path);
  let revision = reader.meta("revision");
  let compacted = reader.meta("compacted");
  let closed = false;
  const hub = createWatchHub(revision);
  const commits = createGroupCommit(writer, (batch) => {
    revision = batch.revision;
    hub.publish(batch);
  });

  const endLease = async (lease: number): Promise<void> => {
    for (const key of await writer.endLease(lease)) {
      // A key written again meanwhile no longer hangs on this lease: its compare fails, and that is right.
      await commits.submit({ compares: [key], ops: [{ delete: { key: key.key } }] });
    }
  };
  const leases = createLeaseTimers((lease) => {
    endLease(lease).catch((error) => closed || log.error("cannot delete the keys of an ended lease", { lease, error }));
  });
  for (const { id, ttlSeconds } of reader.leases()) leases.start(id, ttlSeconds);

  const readable = (asked: number | undefined): number => {
    if (closed) throw new StoreClosedError("it has been closed");
    if (asked === undefined) return revision;
    if (asked > revision) throw new FutureRevisionError(asked, revision);
    if (asked < compacted) throw new CompactedError(compacted);
    return asked;
  };

  return {
    revision: async () => readable(undefined),
    get: async (key, o = {}) => reader.get(key, readable(o.revision)),
    range: async (prefix, o = {}) => reader.range(prefix, readable(o.revision), o),
    txn: (compares, ops) => commits.submit({ compares, ops }),
    watch: (prefix, o) => watch(prefix, o, { hub, reader, published: () => revision, compacted: () => compacted }),
    async compact(upTo) {
      if (upTo <= compacted && !closed) return;
      readable(upTo);
      compacted = upTo;
      await writer.compact(upTo);
      let at: number | undefined = 0;
      while (at !== undefined && !closed) at = await writer.sweep(at, SWEEP_STEP);
    },
    async lease(ttlSeconds) {
      const lease = await writer.grant(ttlSeconds);
      leases.start(lease, ttlSeconds);
      return lease;
    },
    keepAlive: async (lease) => leases.renew(lease),
    async revoke(lease) {
      leases.stop(lease);
      await endLease(lease);
    },
    async [Symbol.asyncDispose]() {
      if (closed) return;
      leases[Symbol.dispose]();
      await commits[Symbol.asyncDispose]();
      closed = true;
      hub.end();
      await writer[Symbol.asyncDispose]();
      db.close();
    },
  };
}

interface WatchSource {
  readonly hub: WatchHub;
  readonly reader: Reader;
  published(): number;
  compacted(): number;
}

/** First what has happened since, from memory or else from the file, then what happens. */
async function* watch(
  prefix: string,
  o: WatchOptions,
  source: WatchSource,
): AsyncGenerator<WatchBatch, void, undefined> {
  const { hub, reader } = source;
  if (o.fromRevision <= source.compacted()) throw new CompactedError(source.compacted());
  let next = o.fromRevision;
  using live = hub.subscribe(prefix, o.progress ?? false, o.signal);
  const known = source.published();
  const recent = hub.recent(next);
  if (recent) {
    for (const batch of recent) {
      if (o.signal.aborted) return;
      const events = batch.events.filter((e) => e.kv.key.startsWith(prefix));
      if (batch.revision <= known && events.length > 0) yield { revision: batch.revision, events };
    }
    next = Math.max(next, known + 1);
  }
  while (next <= known && !o.signal.aborted) {
    if (next <= source.compacted()) throw new CompactedError(source.compacted());
    const { events, through } = reader.history(prefix, next, known, HISTORY_PAGE);
    for (const batch of byRevision(events)) yield batch;
    next = through + 1;
  }
  if (o.progress) yield { revision: known, events: [] };
  for (;;) {
    const batch = await live.next();
    if (batch === undefined) return;
    if (batch.revision >= next) yield batch;
  }
}

function byRevision(events: WatchBatch["events"]): WatchBatch[] {
  const groups = Map.groupBy(events, (event) => event.kv.modRevision);
  return Array.from(groups, ([revision, group]) => ({ revision, events: group }));
}
