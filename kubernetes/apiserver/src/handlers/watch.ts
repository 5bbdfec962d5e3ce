/** GET a collection with `watch=true`. */
import { apiVersionOf, type ResourceInfo, StatusError } from "@skiff/api";
import { CompactedError } from "@skiff/store";
import type { Call, Handler } from "../call.ts";
import { integerParameter, isTrue, revisionParameter } from "../query-parameters.ts";
import type { WatchItem } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { Change } from "../state/change.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { collectionPrefix, resourceOf } from "./target.ts";

const BOOKMARK_MS = 60_000;
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/**
 * Streams changes from a revision on. Without one, or with "0" or `sendInitialEvents`, the present state comes first.
 * Ends after `timeoutSeconds`, when the client goes, or when it reads too slowly; a start that is no longer known is
 * answered by an ERROR event with 410.
 */
export function watch(server: Pick<Server, "caches" | "store" | "metrics">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const asked = parseWatchQuery(call, info);
    if (asked.from === undefined) await server.caches.fresh();
    else if (asked.from > server.caches.revision) {
      await server.caches.fresh();
      if (asked.from > server.caches.revision)
        throw StatusError.tooLargeResourceVersion(asked.from, server.caches.revision);
    }
    return { type: "watch", info, items: watchItems(server, server.caches.of(info), asked, call.incoming.signal) };
  };
}

interface WatchQuery {
  readonly info: ResourceInfo;
  readonly prefix: string;
  readonly name: string;
  readonly selection: Selection;
  /** Only changes after this revision; undefined for "what is there now". */
  readonly from: number | undefined;
  readonly initial: boolean;
  readonly markEndOfInitial: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
}

function parseWatchQuery({ info, query }: Call, resource: ResourceInfo): WatchQuery {
  const from = revisionParameter(query);
  const sendInitial = query.get("sendInitialEvents");
  const match = query.get("resourceVersionMatch") ?? "";
  if (sendInitial !== null && match !== "NotOlderThan") {
    throw forbiddenOption(
      "resourceVersionMatch",
      "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan",
    );
  }
  if (sendInitial === null && match !== "") {
    throw forbiddenOption(
      "resourceVersionMatch",
      "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
    );
  }
  const wantsInitial = sendInitial !== null && isTrue(sendInitial);
  const bookmarks = isTrue(query.get("allowWatchBookmarks") ?? "false");
  const seconds = integerParameter(query, "timeoutSeconds") || 1800 + Math.random() * 1800;
  return {
    info: resource,
    prefix: collectionPrefix(info),
    name: info.name,
    selection: selectionOf(resource, query),
    from,
    initial: wantsInitial || (sendInitial === null && !from),
    markEndOfInitial: wantsInitial && bookmarks,
    bookmarks,
    timeoutMs: Math.min(Math.max(seconds * 1000, 1), 2 ** 31 - 1),
  };
}

async function* watchItems(
  { caches, store, metrics }: Pick<Server, "caches" | "store" | "metrics">,
  cache: ResourceCache,
  asked: WatchQuery,
  signal: AbortSignal,
): AsyncGenerator<readonly WatchItem[], void, undefined> {
  const watcher = cache.subscribe();
  const started = caches.revision;
  // The timer decides, not the clock: it may fire a moment before the clock says so, and fires once.
  let over = false;
  const timeout = setTimeout(() => {
    over = true;
    watcher.poke();
  }, asked.timeoutMs).unref();
  const ticker = asked.bookmarks ? setInterval(() => watcher.poke(), BOOKMARK_MS).unref() : undefined;
  const end = () => watcher.end();
  signal.addEventListener("abort", end, { once: true });
  metrics.watchStarted(asked.info);
  try {
    if (asked.initial) yield* initialItems(cache, asked, started);
    else if (asked.from !== undefined && asked.from < started) {
      yield* itemsSince(store, cache, asked, asked.from, started, signal);
    }
    let sent = performance.now();
    for (;;) {
      const changes = await watcher.next();
      if (changes === undefined) return;
      const items = toItems(changes, asked);
      if (items.length > 0) yield items;
      if (over) break;
      const now = performance.now();
      if (asked.bookmarks && now - sent >= BOOKMARK_MS - 1) {
        sent = now;
        yield [bookmark(asked.info, caches.revision)];
      }
    }
    if (asked.bookmarks) yield [bookmark(asked.info, caches.revision)];
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    const expired = StatusError.expired(`too old resource version: ${asked.from} (${error.compactedRevision})`);
    yield [{ type: "ERROR", status: expired.status }];
  } finally {
    clearTimeout(timeout);
    clearInterval(ticker);
    signal.removeEventListener("abort", end);
    watcher.end();
    metrics.watchEnded(asked.info);
  }
}

const INITIAL_GROUP = 500;

function* initialItems(
  cache: ResourceCache,
  asked: WatchQuery,
  revision: number,
): IterableIterator<readonly WatchItem[]> {
  // The state is taken at once: what changes while it is being sent comes after it, through the watcher.
  const entries = [...cache.entries.under(asked.prefix)].filter((entry) => isSelected(entry, asked));
  for (let i = 0; i < entries.length; i += INITIAL_GROUP) {
    yield entries.slice(i, i + INITIAL_GROUP).map((entry) => ({ type: "ADDED", entry }) as const);
  }
  if (asked.markEndOfInitial) yield [bookmark(asked.info, revision, { [INITIAL_EVENTS_END]: "true" })];
}

/** The changes after `from` up to `until`: from memory, else from the store's history. */
async function* itemsSince(
  store: Server["store"],
  cache: ResourceCache,
  asked: WatchQuery,
  from: number,
  until: number,
  signal: AbortSignal,
): AsyncGenerator<readonly WatchItem[], void, undefined> {
  const remembered = cache.changesSince(from);
  if (remembered) {
    const items = toItems(
      remembered.filter((change) => change.revision <= until),
      asked,
    );
    if (items.length > 0) yield items;
    return;
  }
  const prefix = cache.prefix + asked.prefix;
  for await (const batch of store.watch(prefix, { fromRevision: from + 1, signal, progress: true })) {
    const events = batch.events.filter((event) => event.kv.modRevision <= until);
    const items = toItems(
      events.map((event) => cache.toChange(event)),
      asked,
    );
    if (items.length > 0) yield items;
    if (batch.revision >= until) return;
  }
}

/** Changes as the watcher's selection sees them: coming into it is an addition, leaving it a deletion. */
function toItems(changes: readonly Change[], asked: WatchQuery): WatchItem[] {
  const items: WatchItem[] = [];
  for (const change of changes) {
    if (!change.entry.key.startsWith(asked.prefix)) continue;
    const was = change.previous !== undefined && isSelected(change.previous, asked);
    const is = !change.removed && isSelected(change.entry, asked);
    if (is) items.push({ type: was ? "MODIFIED" : "ADDED", entry: change.entry, change });
    else if (was) items.push({ type: "DELETED", entry: change.entry, change });
  }
  return items;
}

function isSelected(entry: Change["entry"], { name, selection, info, prefix }: WatchQuery): boolean {
  if (name !== "" && entry.key !== (info.namespaced ? `${prefix}${name}` : name)) {
    // A name selected across all namespaces.
    if (prefix !== "" || !entry.key.endsWith(`/${name}`)) return false;
  }
  return selection === undefined || selection(entry);
}

function bookmark(info: ResourceInfo, revision: number, annotations?: Record<string, string>): WatchItem {
  const metadata = { name: "", resourceVersion: String(revision), ...(annotations && { annotations }) };
  return { type: "BOOKMARK", object: { kind: info.kind, apiVersion: apiVersionOf(info), metadata } };
}

function forbiddenOption(field: string, detail: string): StatusError {
  const error = { type: "FieldValueForbidden", field, detail } as const;
  return StatusError.invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", [error]);
}
