/** What a watcher sees of changes and of the state at the beginning. */
import { apiVersionOf, type ResourceInfo } from "@skiff/api";
import type { WatchGroup, WatchItem } from "../reply.ts";
import type { Change } from "../state/change.ts";
import type { Entry } from "../state/entry.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import type { WatchQuery } from "./watch-query.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
const INITIAL_GROUP = 500;

/** Whether a key is in the scope: everything (empty), a namespace (`name/`), or the key itself. */
export function isOf(scope: string, key: string): boolean {
  return scope === "" || scope === key || (scope.endsWith("/") && key.startsWith(scope));
}

/** Changes as the watcher's selection sees them: coming into it is an addition, leaving it a deletion. */
export function toItems(changes: readonly Change[], { selection }: Pick<WatchQuery, "selection">): WatchItem[] {
  const items: WatchItem[] = [];
  for (const change of changes) {
    const was = change.previous !== undefined && (!selection || selection(change.previous));
    const is = !change.removed && (!selection || selection(change.entry));
    if (is) items.push({ type: was ? "MODIFIED" : "ADDED", entry: change.entry, change });
    else if (was) items.push({ type: "DELETED", entry: change.last, change });
  }
  return items;
}

/** The state there is now, as far as it is in the scope. */
export function entriesIn(cache: ResourceCache, scope: string): readonly Entry[] {
  if (scope === "" || scope.endsWith("/")) return [...cache.entries.under(scope)];
  const entry = cache.entries.get(scope);
  return entry ? [entry] : [];
}

/** The state as it was at `revision`, as additions, and the mark that this was all of it. */
export function* initialGroups(
  there: readonly Entry[],
  asked: WatchQuery,
  revision: number,
): IterableIterator<WatchGroup> {
  const entries = asked.selection ? there.filter(asked.selection) : there;
  for (let i = 0; i < entries.length; i += INITIAL_GROUP) {
    yield { items: entries.slice(i, i + INITIAL_GROUP).map((entry) => ({ type: "ADDED", entry })) };
  }
  if (asked.markEndOfInitial) {
    yield { items: [bookmark(asked.info, revision, { [INITIAL_EVENTS_END]: "true" })] };
  }
}

/** An event that says only how far the watcher is. */
export function bookmark(info: ResourceInfo, revision: number, annotations?: Record<string, string>): WatchItem {
  const metadata = { name: "", resourceVersion: String(revision), ...(annotations && { annotations }) };
  return { type: "BOOKMARK", object: { kind: info.kind, apiVersion: apiVersionOf(info), metadata } };
}
