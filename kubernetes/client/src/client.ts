import type { Call, Resource, Transport, WatchEvent } from "@skiff/api";

/** Names one object: `"namespace/name"`, `"name"`, or anything with those two fields, such as an object's `metadata`. */
export type Key = string | { readonly namespace?: string | undefined; readonly name?: string | undefined };

/** A page of objects as a LIST answers it. `metadata.resourceVersion` is where a watch may go on from. */
export interface List<T> {
  readonly metadata: {
    readonly resourceVersion?: string | undefined;
    readonly continue?: string | undefined;
    readonly remainingItemCount?: number | undefined;
  };
  readonly items: readonly T[];
}

/** What every object has that the client needs to address it. */
export interface Identified {
  readonly metadata?: { readonly namespace?: string | undefined; readonly name?: string | undefined } | undefined;
}

export interface ListOptions {
  /** Only this namespace; absent: all of them. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly resourceVersionMatch?: "Exact" | "NotOlderThan" | undefined;
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean | undefined;
  /** Begin with the present state as ADDED events, closed by a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean | undefined;
  /** After how long the server ends the watch. */
  readonly timeoutSeconds?: number | undefined;
}

export interface WriteOptions {
  readonly dryRun?: boolean | undefined;
  readonly fieldManager?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PatchOptions extends WriteOptions {
  readonly type: "json" | "merge" | "strategic" | "apply";
  readonly subresource?: string | undefined;
  /** With `apply` only: take over fields another manager owns. */
  readonly force?: boolean | undefined;
}

export interface DeleteOptions extends WriteOptions {
  readonly gracePeriodSeconds?: number | undefined;
  readonly propagationPolicy?: "Background" | "Foreground" | "Orphan" | undefined;
  readonly preconditions?:
    | { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined }
    | undefined;
}

/**
 * The verbs of the API on typed resources. Every method rejects with StatusError when the server refuses, and with the
 * signal's reason when cancelled. Results are shared and immutable. Writes are sent once: retrying a conflict is the
 * caller's decision, since only the caller knows whether its change still makes sense.
 */
export interface Client {
  readonly transport: Transport;
  get<T>(resource: Resource<T>, key: Key, signal?: AbortSignal): Promise<T>;
  /** One page; without `limit`, everything. */
  list<T>(resource: Resource<T>, options?: ListOptions, signal?: AbortSignal): Promise<List<T>>;
  create<T extends Identified>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  /** Replaces everything but the status. A `metadata.resourceVersion` makes it conditional on that version. */
  update<T extends Identified>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  updateStatus<T extends Identified>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T>(resource: Resource<T>, key: Key, patch: object, options: PatchOptions): Promise<T>;
  /** Answers the object as last seen, or a Status, as the server does. */
  delete<T>(resource: Resource<T>, key: Key, options?: DeleteOptions): Promise<object>;
  deleteCollection<T>(resource: Resource<T>, list: ListOptions, options?: DeleteOptions): Promise<object>;
  /** Ends when the server ends the watch; throws StatusError (410 when the start is too old). */
  watch<T>(resource: Resource<T>, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
  /** POST to `binding`, `eviction`, `token` and their like. */
  createSubresource<T, R extends object = object>(
    resource: Resource<T>,
    key: Key,
    subresource: string,
    body: object,
    options?: WriteOptions,
  ): Promise<R>;
  getSubresource<T, R extends object = object>(
    resource: Resource<T>,
    key: Key,
    subresource: string,
    signal?: AbortSignal,
  ): Promise<R>;
  /** PUT to a subresource other than the status: `finalize`, `scale`, `approval`. */
  updateSubresource<T, R extends object = object>(
    resource: Resource<T>,
    key: Key,
    subresource: string,
    body: object,
    options?: WriteOptions,
  ): Promise<R>;
}

/** A client that speaks through `transport`. Holds no state of its own: make as many as is convenient. */
export function createClient(transport: Transport): Client {
  const call = async <R>(request: Call, signal?: AbortSignal): Promise<R> =>
    (await transport.call(request, signal)) as R;
  return {
    transport,
    get: (resource, key, signal) => call({ verb: "get", resource, ...named(key) }, signal),
    list: (resource, options = {}, signal) =>
      call({ verb: "list", resource, namespace: options.namespace, query: listQuery(options) }, signal),
    create: (resource, object, options = {}) =>
      call(
        { verb: "create", resource, namespace: object.metadata?.namespace, body: object, query: writeQuery(options) },
        options.signal,
      ),
    update: (resource, object, options = {}) =>
      call(
        { verb: "update", resource, ...named(object.metadata ?? {}), body: object, query: writeQuery(options) },
        options.signal,
      ),
    updateStatus: (resource, object, options = {}) =>
      call(
        {
          verb: "update",
          resource,
          ...named(object.metadata ?? {}),
          subresource: "status",
          body: object,
          query: writeQuery(options),
        },
        options.signal,
      ),
    patch: (resource, key, patch, options) =>
      call(
        {
          verb: "patch",
          resource,
          ...named(key),
          subresource: options.subresource,
          body: patch,
          patchType: options.type,
          query: { ...writeQuery(options), ...(options.force ? { force: "true" } : {}) },
        },
        options.signal,
      ),
    delete: (resource, key, options = {}) =>
      call({ verb: "delete", resource, ...named(key), body: deleteBody(options) }, options.signal),
    deleteCollection: (resource, list, options = {}) =>
      call(
        {
          verb: "deletecollection",
          resource,
          namespace: list.namespace,
          body: deleteBody(options),
          query: listQuery(list),
        },
        options.signal,
      ),
    watch: <T>(resource: Resource<T>, options: WatchOptions, signal: AbortSignal) =>
      transport.watch({ resource, namespace: options.namespace, query: watchQuery(options) }, signal) as AsyncIterable<
        WatchEvent<T>
      >,
    createSubresource: (resource, key, subresource, body, options = {}) =>
      call({ verb: "create", resource, ...named(key), subresource, body, query: writeQuery(options) }, options.signal),
    getSubresource: (resource, key, subresource, signal) =>
      call({ verb: "get", resource, ...named(key), subresource }, signal),
    updateSubresource: (resource, key, subresource, body, options = {}) =>
      call({ verb: "update", resource, ...named(key), subresource, body, query: writeQuery(options) }, options.signal),
  };
}

function named(key: Key): { name: string; namespace?: string } {
  const [name, namespace] =
    typeof key === "string" ? (key.split("/", 2).reverse() as [string, string?]) : [key.name, key.namespace];
  if (!name) throw new TypeError(`Cannot address an object without a name: ${JSON.stringify(key)}`);
  return namespace ? { name, namespace } : { name };
}

function listQuery(options: ListOptions): Record<string, string> {
  const { labelSelector, fieldSelector, resourceVersion, resourceVersionMatch, limit } = options;
  return present({
    labelSelector,
    fieldSelector,
    resourceVersion,
    resourceVersionMatch,
    limit,
    continue: options.continue,
  });
}

function watchQuery(options: WatchOptions): Record<string, string> {
  const { allowWatchBookmarks, sendInitialEvents, timeoutSeconds } = options;
  return { ...listQuery(options), ...present({ allowWatchBookmarks, sendInitialEvents, timeoutSeconds }) };
}

function writeQuery(options: WriteOptions): Record<string, string> {
  return present({ dryRun: options.dryRun ? "All" : undefined, fieldManager: options.fieldManager });
}

function deleteBody(options: DeleteOptions): object {
  const { gracePeriodSeconds, propagationPolicy, preconditions, dryRun } = options;
  return {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(preconditions ? { preconditions } : {}),
    ...(dryRun ? { dryRun: ["All"] } : {}),
  };
}

function present(fields: Record<string, string | number | boolean | undefined>): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== "") query[name] = String(value);
  return query;
}
