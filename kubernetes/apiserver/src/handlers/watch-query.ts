/** What a watch asks for. */
import type { ResourceInfo } from "@skiff/api";
import type { Call } from "../call.ts";
import { integerParameter, isTrue, revisionParameter } from "../query-parameters.ts";
import { checkWatchOptions } from "./list-options.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { collectionPrefix, onlyKey, resourceOf } from "./target.ts";

/** A watch as its client wants it. */
export interface WatchQuery {
  readonly info: ResourceInfo;
  /** The keys that count: all (empty), those of a namespace (`name/`), or one. */
  readonly scope: string;
  readonly selection: Selection;
  /** Which changes are seen, and as what: the same for watches that are sent the same. */
  readonly name: string;
  /** Only changes after this revision; undefined for "what is there now". */
  readonly from: number | undefined;
  /** The present state comes first. */
  readonly initial: boolean;
  readonly markEndOfInitial: boolean;
  readonly bookmarks: boolean;
  readonly timeoutMs: number;
}

/** Reads a watch's query. Throws StatusError 400, 404, 422. */
export function parseWatchQuery({ info, query }: Call): WatchQuery {
  const resource = resourceOf(info);
  const from = revisionParameter(query);
  checkWatchOptions(query);
  const sendInitial = query.get("sendInitialEvents");
  const wantsInitial = sendInitial !== null && isTrue(sendInitial);
  const bookmarks = isTrue(query.get("allowWatchBookmarks") ?? "false");
  // Watches that started together are not all to end together.
  const seconds = integerParameter(query, "timeoutSeconds") || 1800 + Math.random() * 1800;
  const scope = onlyKey(info) ?? collectionPrefix(info);
  return {
    info: resource,
    scope,
    selection: selectionOf(resource, query),
    name: `${scope} ${query.get("labelSelector") ?? ""} ${query.get("fieldSelector") ?? ""}`,
    from,
    initial: wantsInitial || (sendInitial === null && !from),
    markEndOfInitial: wantsInitial && bookmarks,
    bookmarks,
    timeoutMs: Math.min(Math.max(seconds * 1000, 1), 2 ** 31 - 1),
  };
}
