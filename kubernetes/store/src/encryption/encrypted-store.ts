import type { KeyValue, Op, Store, StoreEvent, WatchBatch } from "../store.ts";
import type { Encryption } from "./encryption.ts";

/**
 * A store whose values are encrypted on their way into `inner` where `encryptionOf` gives an encryption for their key.
 * Keys, revisions and leases stay readable. Disposing it disposes `inner`. Reading throws DecryptionError.
 */
export function encryptedStore(inner: Store, encryptionOf: (key: string) => Encryption | undefined): Store {
  /** What we encrypted ourselves: a store hands the same bytes on to watches, which then get the very value that was put. */
  const plain = new WeakMap<Uint8Array, Uint8Array>();

  const encrypt = (op: Op): Op => {
    const encryption = "put" in op ? encryptionOf(op.put.key) : undefined;
    if (!("put" in op) || !encryption) return op;
    const value = encryption.encrypt(op.put.value, op.put.key);
    if (value !== op.put.value) plain.set(value, op.put.value);
    return { put: { ...op.put, value } };
  };
  const decrypt = (kv: KeyValue): KeyValue => {
    const encryption = encryptionOf(kv.key);
    if (!encryption) return kv;
    const own = plain.get(kv.value);
    if (own) return { ...kv, value: own };
    const { value, stale } = encryption.decrypt(kv.value, kv.key);
    return stale ? { ...kv, value, stale } : { ...kv, value };
  };
  const decryptEvent = (event: StoreEvent): StoreEvent => {
    const prev = event.prev && { prev: decrypt(event.prev) };
    return { type: event.type, kv: event.type === "put" ? decrypt(event.kv) : event.kv, ...prev };
  };
  const decryptBatch = (batch: WatchBatch): WatchBatch =>
    batch.events.some(({ kv }) => encryptionOf(kv.key)) ? { ...batch, events: batch.events.map(decryptEvent) } : batch;

  return {
    revision: () => inner.revision(),
    async get(key, o) {
      const kv = await inner.get(key, o);
      return kv && decrypt(kv);
    },
    async range(prefix, o) {
      const result = await inner.range(prefix, o);
      return { ...result, kvs: result.kvs.map(decrypt) };
    },
    async txn(compares, ops) {
      const result = await inner.txn(compares, ops.map(encrypt));
      return result.ok ? result : { ...result, current: result.current.map((kv) => kv && decrypt(kv)) };
    },
    async *watch(prefix, o) {
      for await (const batch of inner.watch(prefix, o)) yield decryptBatch(batch);
    },
    compact: (revision) => inner.compact(revision),
    lease: (ttlSeconds) => inner.lease(ttlSeconds),
    keepAlive: (lease) => inner.keepAlive(lease),
    revoke: (lease) => inner.revoke(lease),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
