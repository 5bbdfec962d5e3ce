export {
  BadRequestError,
  CompactedError,
  FutureRevisionError,
  SlowWatcherError,
  StoreClosedError,
  StoreFullError,
  StoreUnavailableError,
} from "./errors.ts";
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
