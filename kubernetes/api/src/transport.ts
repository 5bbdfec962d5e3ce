import type { ResourceInfo } from "./resource-info.ts";

/** One request for one answer. `query` takes what the API calls them: labelSelector, limit, dryRun, fieldManager, … */
export interface Call {
  readonly verb: "get" | "list" | "create" | "update" | "patch" | "delete" | "deletecollection";
  /** One without a `plural` stands for its group version, whose APIResourceList `get` answers. */
  readonly resource: ResourceInfo;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  /** The object, the patch, or DeleteOptions. */
  readonly body?: object | undefined;
  readonly patchType?: "json" | "merge" | "strategic" | "apply" | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** A request for a stream of changes. */
export interface WatchCall {
  readonly resource: ResourceInfo;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** A change. A BOOKMARK's object has nothing but its `metadata.resourceVersion` and annotations. */
export interface WatchEvent<T = object> {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: T;
}

/**
 * How a request reaches the API server: over HTTP, or as a function call in its process. Either way it passes the same
 * authentication, authorization, admission and validation, and behaves the same to the caller.
 */
export interface Transport {
  /** Rejects with StatusError when the server refuses, with the signal's reason when aborted. Objects are not to be changed. */
  call(call: Call, signal?: AbortSignal): Promise<object>;
  /**
   * Changes in order, without gaps. Nothing is read ahead without bound: a reader that stops reading stops the stream.
   * Ends when the server ends the watch or `signal` aborts; throws StatusError when the server reports one (410 Expired:
   * the starting version is gone).
   */
  watch(call: WatchCall, signal: AbortSignal): AsyncIterable<WatchEvent<object>>;
}
