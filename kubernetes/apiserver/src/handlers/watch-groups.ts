/** The events that watchers are sent together. Watchers of the same things that are woken together share one group. */
import type { WatchGroup } from "../reply.ts";
import type { Change } from "../state/change.ts";
import type { ResourceCache } from "../state/resource-cache.ts";
import { toItems } from "./watch-items.ts";
import type { WatchQuery } from "./watch-query.ts";

/** Changes sent in one piece. */
const LARGEST = 500;

interface Made {
  readonly first: Change | undefined;
  readonly last: Change | undefined;
  readonly count: number;
  readonly group: WatchGroup;
}

/** The groups made in this turn of the event loop, by what is watched. */
const made = new Map<ResourceCache, Map<string, Made>>();

/** Changes as events for this watcher, in groups of a good size; nothing where it sees none of them. */
export function* groupsOf(
  cache: ResourceCache,
  changes: readonly Change[],
  asked: WatchQuery,
): IterableIterator<WatchGroup> {
  if (changes.length <= LARGEST) {
    const { group } = groupOf(cache, changes, asked);
    if (group.items.length > 0) yield group;
    return;
  }
  for (let i = 0; i < changes.length; i += LARGEST) {
    const items = toItems(changes.slice(i, i + LARGEST), asked);
    if (items.length > 0) yield { items };
  }
}

function groupOf(cache: ResourceCache, changes: readonly Change[], asked: WatchQuery): Made {
  const [first] = changes;
  const last = changes[changes.length - 1];
  let ofCache = made.get(cache);
  const known = ofCache?.get(asked.name);
  // Changes come in one order: the same ends and the same number are the same changes.
  if (known?.first === first && known?.last === last && known?.count === changes.length) return known;
  if (!ofCache) {
    ofCache = new Map();
    if (made.size === 0) setImmediate(() => made.clear());
    made.set(cache, ofCache);
  }
  const next = { first, last, count: changes.length, group: { items: toItems(changes, asked), bytes: new Map() } };
  ofCache.set(asked.name, next);
  return next;
}
