/** The revision asked for lies at or before the last compaction. */
export class CompactedError extends Error {
  /** The oldest revision that can still be read. */
  readonly compactedRevision: number;

  constructor(compactedRevision: number) {
    super(`Cannot read the requested revision: history up to revision ${compactedRevision} has been compacted`);
    this.name = "CompactedError";
    this.compactedRevision = compactedRevision;
  }
}

/** The revision asked for has not happened yet. */
export class FutureRevisionError extends Error {
  constructor(asked: number, current?: number) {
    super(
      `Cannot read revision ${asked}: ${current === undefined ? "it has not happened yet" : `the store is at revision ${current}`}`,
    );
    this.name = "FutureRevisionError";
  }
}

/** A watcher did not take its batches and was cut off so that it could not hold them all in memory. */
export class SlowWatcherError extends Error {
  constructor(queued: number) {
    super(`Cannot continue the watch: its reader left ${queued} changes unread`);
    this.name = "SlowWatcherError";
  }
}

/** The store is closed, or its disk failed; nothing more is written. */
export class StoreClosedError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot use the store: ${reason}`, options);
    this.name = "StoreClosedError";
  }
}

/** The store cannot be reached at present. What a write came to is unknown; the same call may succeed later. */
export class StoreUnavailableError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot reach the store: ${reason}`, options);
    this.name = "StoreUnavailableError";
  }
}

/** There is no room for a write. Nothing was written; reading goes on, and writing once there is room again. */
export class StoreFullError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(`Cannot write to the store: ${reason}`, options);
    this.name = "StoreFullError";
  }
}

/** A value, or all of a transaction together, is more than the store takes. Nothing was written. */
export class TooLargeError extends Error {
  constructor(reason: string) {
    super(`Cannot write to the store: ${reason}`);
    this.name = "TooLargeError";
  }
}

/** The store's file is not what was written to it, or no store at all. */
export class StoreDamagedError extends Error {
  constructor(path: string, detail: string) {
    super(`Cannot open the store ${path}: the file is damaged (${detail})`);
    this.name = "StoreDamagedError";
  }
}

/** A stored value cannot be decrypted: its key is missing, or it was changed. Others are not affected. */
export class DecryptionError extends Error {
  constructor(key: string, reason: string, options?: ErrorOptions) {
    super(`Cannot decrypt ${key}: ${reason}`, options);
    this.name = "DecryptionError";
  }
}

/** The request itself is malformed: a key given twice, an unknown lease, an empty key. Nothing was written. */
export class BadRequestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BadRequestError";
  }
}
