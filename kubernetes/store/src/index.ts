export { encryptedStore } from "./encryption/encrypted-store.ts";
export { assertPlain, createEncryption, type Encryption, type Provider } from "./encryption/encryption.ts";
export { aesCbc, aesGcm, type ValueCipher } from "./encryption/value-cipher.ts";
export {
  BadRequestError,
  CompactedError,
  DecryptionError,
  FutureRevisionError,
  SlowWatcherError,
  StoreClosedError,
  StoreDamagedError,
  StoreFullError,
  StoreUnavailableError,
  TooLargeError,
} from "./errors.ts";
export { type SnapshotInfo, snapshotInfo } from "./snapshot/read-snapshot.ts";
export { restoreInto, restoreSqlite } from "./snapshot/restore-snapshot.ts";
export { saveSqliteSnapshot, saveStoreSnapshot } from "./snapshot/save-snapshot.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/sqlite-store.ts";
export type {
  Compare,
  KeyValue,
  Op,
  RangeOptions,
  RangeResult,
  Store,
  StoreEvent,
  TxnResult,
  WatchBatch,
  WatchOptions,
} from "./store.ts";
