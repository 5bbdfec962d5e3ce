import type { Readable } from "node:stream";

export type { Descriptor, Platform } from "@skiff/registry";

/** What a stored blob is: its digest and its size in bytes. */
export interface BlobInfo {
  readonly digest: string;
  readonly size: number;
}

/**
 * Blobs under their sha256 digest. A blob is either there whole and verified, or not there: it is written to a
 * temporary file, synced, and renamed. Any number of callers may read and ingest at once; two ingests of the same
 * bytes both succeed.
 */
export interface ContentStore {
  has(digest: string): Promise<boolean>;
  /** Rejects with an EngineError "not-found" when the blob is absent, as do the two reads. */
  info(digest: string): Promise<BlobInfo>;
  read(digest: string): Readable;
  /** Reads a whole blob; rejects with "too-large" when it is larger than `limit` bytes. */
  readAll(digest: string, limit: number): Promise<Buffer>;
  /**
   * Stores what `source` yields. With `expect`, rejects with "invalid" and keeps nothing when digest or size differ,
   * and stops reading at the first byte too many. Aborting `signal` keeps nothing. With `keep`, what came before the source broke off stays
   * for `partial`.
   */
  ingest(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    expect?: {
      readonly digest?: string | undefined;
      readonly size?: number | undefined;
      readonly keep?: boolean | undefined;
    },
    signal?: AbortSignal,
  ): Promise<BlobInfo>;
  /** What an ingest that broke off left of a blob: unverified. It lasts a day, also over the end of the process. */
  partial(digest: string): Promise<{ readonly size: number; read(): Readable } | undefined>;
  list(): Promise<BlobInfo[]>;
  remove(digest: string): Promise<void>;
}
