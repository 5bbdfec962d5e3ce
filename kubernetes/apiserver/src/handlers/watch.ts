/** GET a collection with `watch=true`. */
import { StatusError } from "@skiff/api";
import { CompactedError } from "@skiff/store";
import type { Handler } from "../call.ts";
import type { WatchGroup } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { Change } from "../state/change.ts";
import type { Entry } from "../state/entry.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import { groupsOf } from "./watch-groups.ts";
import { bookmark, entriesIn, initialGroups, isOf, toItems } from "./watch-items.ts";
import { parseWatchQuery, type WatchQuery } from "./watch-query.ts";

const BOOKMARK_MS = 60_000;
/** Open watches of one server. Each costs some ten kilobytes. */
const MAX_WATCHES = 20_000;

/**
 * Streams changes from a revision on. Without one, or with "0" or `sendInitialEvents`, the present state comes first.
 * Ends after `timeoutSeconds`, when the client goes, or when it reads too slowly; a start that is no longer known is
 * answered by an ERROR event with 410. Throws StatusError 429 when too many watches are open.
 */
export function watch(server: Pick<Server, "caches" | "store" | "metrics">): Handler {
  const open = { count: 0 };
  return async (call) => {
    const asked = parseWatchQuery(call);
    if (open.count >= MAX_WATCHES)
      throw StatusError.tooManyRequests("too many watches are open, please try again later");
    if (asked.from === undefined) await server.caches.fresh();
    else if (asked.initial) await server.caches.atLeast(asked.from);
    const groups = watchGroups(server, server.caches.of(asked.info), asked, call.incoming.signal, open);
    return { type: "watch", info: asked.info, groups };
  };
}

async function* watchGroups(
  { caches, store, metrics }: Pick<Server, "caches" | "store" | "metrics">,
  cache: ResourceCache,
  asked: WatchQuery,
  signal: AbortSignal,
  open: { count: number },
): AsyncGenerator<WatchGroup, void, undefined> {
  const watcher = cache.subscribe(asked.scope);
  const started = caches.revision;
  // The state is taken at once: what changes while it is being sent comes after it, through the watcher.
  let there = asked.initial ? entriesIn(cache, asked.scope) : [];
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
  open.count++;
  // A client may know a revision this server has yet to see: it has what comes before. Without any, it starts now.
  const seen = asked.initial || !asked.from ? started : asked.from;
  const mark = (): WatchGroup[] =>
    asked.bookmarks && caches.revision >= seen ? [{ items: [bookmark(asked.info, caches.revision)] }] : [];
  try {
    if (signal.aborted) return;
    await cache.convert?.(there);
    if (asked.initial) yield* initialGroups(there, asked, started);
    else if (seen < started) yield* groupsSince(store, cache, asked, seen, started, signal);
    there = []; // a watch may last for an hour, the state it began with need not
    let sent = performance.now();
    for (;;) {
      const changes = await watcher.next();
      if (changes === undefined) return;
      const news = seen > started ? changes.filter(({ revision }) => revision > seen) : changes;
      if (cache.convert) await cache.convert(entriesOf(news));
      // Delegating with `yield*` would cost each group several promises more.
      if (news.length > 0) for (const group of groupsOf(cache, news, asked)) yield group;
      if (over) break;
      const now = performance.now();
      if (asked.bookmarks && now - sent >= BOOKMARK_MS - 1) {
        sent = now;
        yield* mark();
      }
    }
    yield* mark();
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    const expired = StatusError.expired(`too old resource version: ${asked.from} (${error.compactedRevision})`);
    yield { items: [{ type: "ERROR", status: expired.status }] };
  } finally {
    clearTimeout(timeout);
    clearInterval(ticker);
    signal.removeEventListener("abort", end);
    watcher.end();
    metrics.watchEnded(asked.info);
    open.count--;
  }
}

/** Everything of the changes that may be shown. */
function entriesOf(changes: readonly Change[]): Entry[] {
  return changes.flatMap(({ entry, previous }) => (previous ? [entry, previous] : [entry]));
}

/** The changes after `from` up to `until`: from memory, else from the store's history. */
async function* groupsSince(
  store: Server["store"],
  cache: ResourceCache,
  asked: WatchQuery,
  from: number,
  until: number,
  signal: AbortSignal,
): AsyncGenerator<WatchGroup, void, undefined> {
  const remembered = cache.changesSince(from);
  if (remembered) {
    const changes = remembered.filter((change) => change.revision <= until && isOf(asked.scope, change.entry.key));
    if (cache.convert) await cache.convert(entriesOf(changes));
    if (changes.length > 0) yield* groupsOf(cache, changes, asked);
    return;
  }
  const prefix = cache.prefix + asked.scope;
  for await (const batch of store.watch(prefix, { fromRevision: from + 1, signal, progress: true })) {
    const events = batch.events.filter((event) => event.kv.modRevision <= until);
    const changes = events.map((event) => cache.toChange(event)).filter(({ entry }) => isOf(asked.scope, entry.key));
    if (cache.convert) await cache.convert(entriesOf(changes));
    const items = toItems(changes, asked);
    if (items.length > 0) yield { items };
    if (batch.revision >= until) return;
  }
}
