/** GET a collection. */
import { type ResourceInfo, StatusError } from "@skiff/api";
import { CompactedError, FutureRevisionError, type Store } from "@skiff/store";
import type { Call, Handler } from "../call.ts";
import { integerParameter, revisionParameter } from "../query-parameters.ts";
import type { ListReply } from "../reply.ts";
import type { Server } from "../server-parts.ts";
import type { Entry } from "../state/entry.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import { type Continue, decodeContinue, encodeContinue, INCONSISTENT_CONTINUE } from "./continue-token.ts";
import { listMatch } from "./list-options.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { collectionPrefix, onlyKey, resourceOf } from "./target.ts";

/** Answers the collection, whole or page by page; all pages of one list show the same revision. */
export function list({ caches, store }: Pick<Server, "caches" | "store">): Handler {
  return async (call) => {
    const info = resourceOf(call.info);
    const cache = caches.of(info);
    const asked = parseListQuery(call, info);
    if (asked.exact === undefined) {
      if (asked.atLeast === undefined) await caches.fresh();
      else await caches.atLeast(asked.atLeast);
    }
    if (cache.convert) await cache.convert([...cache.entries.under(asked.prefix, asked.after)]);
    // A page of the past is in the cache still when nothing of this resource has changed since.
    const at = asked.exact ?? caches.revision;
    const present = asked.exact === undefined || (at >= cache.lastChange && at <= caches.revision);
    const page = present ? firstEntries(candidates(cache, asked), asked) : await pageOfThePast(store, cache, at, asked);
    const last = page.entries.at(-1);
    const more: Partial<ListReply> = page.more && last ? { continue: encodeContinue(at, last.key) } : {};
    const remaining = page.more && !asked.selection ? { remainingItemCount: page.remaining } : {};
    return { type: "list", info, entries: page.entries, resourceVersion: String(at), ...more, ...remaining };
  };
}

interface ListQuery {
  readonly prefix: string;
  /** The only key there may be, where the request names it. */
  readonly key: string | undefined;
  readonly limit: number;
  readonly selection: Selection;
  /** Only keys after this one. */
  readonly after: string;
  /** The revision to show, where the client fixed it. */
  readonly exact: number | undefined;
  /** The revision the answer may not be older than; undefined asks for the newest. */
  readonly atLeast: number | undefined;
  readonly resuming: boolean;
}

interface Page {
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly remaining: number;
}

function parseListQuery({ query, info }: Call, resource: ResourceInfo): ListQuery {
  const limit = integerParameter(query, "limit") ?? 0;
  const version = revisionParameter(query);
  const match = listMatch(query);
  const token = query.get("continue") ?? "";
  const selection = selectionOf(resource, query);
  const base = { prefix: collectionPrefix(info), key: onlyKey(info), limit, selection };
  if (token !== "") {
    const resume: Continue = decodeContinue(token);
    if (version) {
      throw StatusError.badRequest("specifying resource version is not allowed when using continue");
    }
    const exact = resume.revision === INCONSISTENT_CONTINUE ? undefined : resume.revision;
    return { ...base, after: resume.after, exact, atLeast: undefined, resuming: true };
  }
  const newest = { ...base, after: "", exact: undefined, atLeast: undefined, resuming: false };
  if (version === undefined) return newest;
  // Any state will do, so the whole of it does: pages are for states that are fixed.
  if (version === 0) return { ...newest, limit: 0, atLeast: 0 };
  // The first page of a version is of just that version, unless a later one is allowed in so many words.
  const exactly = match === "Exact" || (match === "" && limit > 0);
  return exactly ? { ...newest, exact: version } : { ...newest, atLeast: version };
}

function candidates(cache: ResourceCache, { key, prefix, after }: ListQuery): Iterable<Entry> {
  if (key === undefined) return cache.entries.under(prefix, after);
  const entry = key > after ? cache.entries.get(key) : undefined;
  return entry ? [entry] : [];
}

function firstEntries(entries: Iterable<Entry>, { limit, selection }: ListQuery): Page {
  const found: Entry[] = [];
  let remaining = 0;
  for (const entry of entries) {
    if (limit > 0 && found.length >= limit) {
      remaining++;
      if (selection?.(entry)) return { entries: found, more: true, remaining };
    } else if (!selection || selection(entry)) found.push(entry);
  }
  return { entries: found, more: selection ? false : remaining > 0, remaining };
}

async function pageOfThePast(store: Store, cache: ResourceCache, at: number, asked: ListQuery): Promise<Page> {
  const found: Entry[] = [];
  let after = asked.after === "" ? "" : cache.prefix + asked.after;
  try {
    for (;;) {
      const limit = asked.limit > 0 ? asked.limit - found.length : 0;
      const page = await store.range(cache.prefix + asked.prefix, {
        revision: at,
        limit,
        ...(after && { startAfter: after }),
      });
      const entries = page.kvs.map((kv) => cache.toEntry(kv));
      if (cache.convert) await cache.convert(entries);
      found.push(...(asked.selection ? entries.filter(asked.selection) : entries));
      after = page.kvs.at(-1)?.key ?? after;
      if (!page.more || limit === 0 || found.length >= asked.limit) {
        return { entries: found, more: page.more, remaining: page.remaining };
      }
    }
  } catch (error) {
    if (error instanceof FutureRevisionError) throw StatusError.tooLargeResourceVersion(at, await store.revision());
    if (!(error instanceof CompactedError)) throw error;
    throw asked.resuming
      ? expiredContinue(asked.after)
      : StatusError.expired("The resourceVersion for the provided list is too old.");
  }
}

/** The 410 of an old continue token brings a new one, for clients that can live with an inconsistent rest. */
function expiredContinue(after: string): StatusError {
  const { status } = StatusError.expired(
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.",
  );
  return new StatusError({ ...status, metadata: { continue: encodeContinue(INCONSISTENT_CONTINUE, after) } });
}
