import { CompactedError, FutureRevisionError } from "../errors.ts";
import type { KeyValue, RangeOptions, RangeResult, Store } from "../store.ts";
import { type Connection, createConnection } from "./connection.ts";
import { toKeyValue } from "./convert.ts";
import type { EtcdOptions } from "./etcd-options.ts";
import { createKeySpace, type KeySpace } from "./key-space.ts";
import { grant, keepAlive, revoke } from "./leases.ts";
import { sharedCalls } from "./shared-calls.ts";
import { createTransactions } from "./transact.ts";
import { watch } from "./watch.ts";

/** Keys read with one request when all are wanted: enough to be quick, few enough to be decoded between other work. */
const PAGE = 1000;

/**
 * A store in an etcd cluster of version 3.4 or later, whose members take over for each other. Resolves once a member has
 * answered. Throws StoreUnavailableError when none does, BadRequestError when the user may not read the prefix.
 */
export async function openEtcdStore(o: EtcdOptions): Promise<Store> {
  const keys = createKeySpace(o.prefix);
  const connection = createConnection(o);
  try {
    return await createStore(connection, keys);
  } catch (error) {
    connection[Symbol.dispose]();
    throw error;
  }
}

async function createStore(connection: Connection, keys: KeySpace): Promise<Store> {
  const closing = new AbortController();
  let seen = 0;
  const note = (revision: number | undefined): number => {
    seen = Math.max(seen, revision ?? 0);
    return revision ?? 0;
  };
  /** The newest transaction's revision, and the cluster's, which other users and ending leases move too. */
  const newest = async (): Promise<{ readonly own: number; readonly cluster: number }> => {
    const { kvs, header } = await connection.call("Range", { key: keys.marker, keysOnly: true });
    const cluster = note(header?.revision);
    return { own: kvs[0]?.modRevision ?? cluster, cluster };
  };
  // Each consistent read asks for the revision: many at once share an answer.
  const sharedNewest = sharedCalls(newest);
  const transactions = createTransactions(connection, keys, () => seen);
  await newest();

  const mark = async (since: number): Promise<void> => {
    const { own, cluster } = await newest();
    if (cluster < since || own === cluster) return;
    await connection.call("Txn", { success: [{ requestPut: { key: keys.marker, value: Buffer.from("mark") } }] });
  };
  const check = (asked: number | undefined): void => {
    // etcd takes 0 for "now", and a negative number too.
    if (asked !== undefined && !(asked > 0)) throw new FutureRevisionError(asked);
  };

  return {
    revision: async () => (await sharedNewest()).own,
    async get(key, { revision } = {}): Promise<KeyValue | undefined> {
      check(revision);
      const { kvs, header } = await connection.call("Range", { key: keys.toWire(key), revision }, revision);
      note(header?.revision);
      return kvs[0] && toKeyValue(keys, kvs[0]);
    },
    async range(prefix, options = {}) {
      check(options.revision);
      const result = await range(connection, keys, prefix, options);
      if (options.revision === undefined) note(result.revision);
      return result;
    },
    async txn(compares, ops) {
      const result = await transactions.txn(compares, ops);
      note(result.revision);
      return result;
    },
    watch: (prefix, options) =>
      watch(connection, keys, prefix, { ...options, signal: AbortSignal.any([options.signal, closing.signal]) }, mark),
    async compact(revision) {
      try {
        await connection.call("Compact", { revision }, revision);
      } catch (error) {
        // Several servers compact: another one was further already.
        if (!(error instanceof CompactedError)) throw error;
      }
    },
    lease: (ttlSeconds) => grant(connection, ttlSeconds),
    keepAlive: (lease) => keepAlive(connection, lease),
    revoke: (lease) => revoke(connection, lease),
    async [Symbol.asyncDispose]() {
      closing.abort();
      connection[Symbol.dispose]();
    },
  };
}

async function range(
  connection: Connection,
  keys: KeySpace,
  prefix: string,
  { revision, limit = 0, startAfter = "" }: RangeOptions,
): Promise<RangeResult> {
  const kvs: KeyValue[] = [];
  let at = revision;
  let after = startAfter;
  for (;;) {
    const size = limit === 0 ? PAGE : Math.min(PAGE, limit - kvs.length);
    const request = { ...keys.range(prefix, after), revision: at, limit: size };
    const page = await connection.call("Range", request, at);
    at ??= page.header?.revision ?? 0;
    for (const kv of page.kvs) kvs.push(toKeyValue(keys, kv));
    const remaining = page.count - page.kvs.length;
    if (remaining <= 0 || kvs.length === limit) return { kvs, revision: at, more: remaining > 0, remaining };
    after = kvs.at(-1)?.key ?? after;
  }
}
