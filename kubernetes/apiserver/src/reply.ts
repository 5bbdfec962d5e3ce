import type { Duplex, Readable } from "node:stream";
import type { ResourceInfo } from "@skiff/api";
import type { ApiObject } from "./state/api-object.ts";
import type { Change } from "./state/change.ts";
import type { Entry } from "./state/entry.ts";

/** One stored object, with its bytes ready. */
export interface EntryReply {
  readonly type: "entry";
  readonly code: number;
  readonly info: ResourceInfo;
  readonly entry: Entry;
}

/** An object made for this answer. `info` is given where it can be shown as a table. */
export interface ObjectReply {
  readonly type: "object";
  readonly code: number;
  readonly object: object;
  readonly info?: ResourceInfo;
}

/** A page of stored objects. */
export interface ListReply {
  readonly type: "list";
  readonly info: ResourceInfo;
  readonly entries: readonly Entry[];
  readonly resourceVersion: string;
  readonly continue?: string | undefined;
  readonly remainingItemCount?: number | undefined;
}

/** What a watcher is sent: a change as its selector sees it, a bookmark, or the error that ends the watch. */
export type WatchItem =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly entry: Entry; readonly change?: Change }
  | { readonly type: "BOOKMARK"; readonly object: ApiObject }
  | { readonly type: "ERROR"; readonly status: object };

/** Events that are ready together. */
export interface WatchGroup {
  readonly items: readonly WatchItem[];
  /** Given where other watchers are sent the same group: its bytes in each representation, as far as they are made. */
  readonly bytes?: Map<string, Buffer>;
}

/** A stream of changes. Returning from the loop releases the watch. */
export interface WatchReply {
  readonly type: "watch";
  readonly info: ResourceInfo;
  readonly groups: AsyncIterable<WatchGroup>;
}

/** Bytes that are no API object. */
export interface RawReply {
  readonly type: "raw";
  readonly code: number;
  readonly contentType: string;
  readonly body: string | Uint8Array | Readable;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** The connection itself was taken over: `run` owns the socket from now on. */
export interface TunnelReply {
  readonly type: "tunnel";
  run(socket: Duplex, head: Buffer): void;
}

/** What a handler answers. How it is written down is decided at the edge, by what the client accepts. */
export type Reply = EntryReply | ObjectReply | ListReply | WatchReply | RawReply | TunnelReply;
