/** The order of a merged list: the patch's items as the patch orders them, the rest where the live list had them. */
import { isJsonObject } from "./json-value.ts";

/**
 * What tells one item of a list from another: the value of its merge key, or the item itself among scalars. Values that
 * are no scalars are told apart by their text.
 */
export function identityOf(item: unknown, mergeKey: string | undefined): unknown {
  const identity = mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
  return typeof identity === "object" && identity !== null ? JSON.stringify(identity) : identity;
}

/**
 * Orders `merged`. Items named by `wanted` follow its order; the others keep the order of `live`, each put before the
 * first wanted item that came after it there.
 */
export function orderElements(
  merged: readonly unknown[],
  wanted: readonly unknown[],
  live: readonly unknown[],
  mergeKey: string | undefined,
): unknown[] {
  const inWanted = positions(wanted, mergeKey);
  const inLive = positions(live, mergeKey);
  const place = (item: unknown, places: ReadonlyMap<unknown, number>) => places.get(identityOf(item, mergeKey)) ?? -1;
  const sorted = (items: readonly unknown[], places: ReadonlyMap<unknown, number>) =>
    items.toSorted((a, b) => place(a, places) - place(b, places));
  const named = sorted(
    merged.filter((item) => place(item, inWanted) >= 0),
    inWanted,
  );
  const others = sorted(
    merged.filter((item) => place(item, inWanted) < 0),
    inLive,
  );
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const itemAt = place(item, inLive);
    for (; next < others.length && itemAt >= 0; next++) {
      const otherAt = place(others[next], inLive);
      if (otherAt < 0 || otherAt >= itemAt) break;
      result.push(others[next]);
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

function positions(list: readonly unknown[], mergeKey: string | undefined): Map<unknown, number> {
  const places = new Map<unknown, number>();
  for (const [at, item] of list.entries()) {
    const identity = identityOf(item, mergeKey);
    if (!places.has(identity)) places.set(identity, at);
  }
  return places;
}
