/** The order of a merged list: the patch's items as the patch orders them, the rest where the live list had them. */
import { isDeepStrictEqual } from "node:util";
import { isJsonObject } from "./json-value.ts";

/** What tells one item of a list from another: the value of its merge key, or the item itself among scalars. */
export function identityOf(item: unknown, mergeKey: string | undefined): unknown {
  return mergeKey !== undefined && isJsonObject(item) ? item[mergeKey] : item;
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
  const position = (list: readonly unknown[], item: unknown) =>
    list.findIndex((other) => isDeepStrictEqual(identityOf(other, mergeKey), identityOf(item, mergeKey)));
  const inOrder = (items: readonly unknown[], order: readonly unknown[]) =>
    items.toSorted((a, b) => position(order, a) - position(order, b));
  const named = inOrder(
    merged.filter((item) => position(wanted, item) >= 0),
    wanted,
  );
  const others = inOrder(
    merged.filter((item) => position(wanted, item) < 0),
    live,
  );
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const itemAt = position(live, item);
    for (; next < others.length && itemAt >= 0; next++) {
      const otherAt = position(live, others[next]);
      if (otherAt < 0 || otherAt >= itemAt) break;
      result.push(others[next]);
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}
