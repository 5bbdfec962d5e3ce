/** Lists under strategic merge patch. */
import type { MergeType } from "../apply/merge-type.ts";
import { StatusError } from "../errors.ts";
import { DIRECTIVE, mergeKeyOf, withoutDirectives } from "./directives.ts";
import { identityOf, orderElements } from "./element-order.ts";
import { goText } from "./go-text.ts";
import { isJsonObject, type JsonObject } from "./json-value.ts";
import { BAD_ORDER, unmergeablePatch, unprocessablePatch } from "./patch-error.ts";
import { mergeObjects } from "./strategic-merge-patch.ts";

/** Merges a list of the patch into one whose items merge. Throws StatusError: 422 for lists of lists, 500 for items that cannot be told apart. */
export function mergeLists(
  type: MergeType,
  original: readonly unknown[],
  patch: readonly unknown[],
): readonly unknown[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (formOfItems([...original, ...patch]) === "scalars") {
    return orderElements([...new Set([...original, ...patch])], patch, original, undefined);
  }
  const mergeKey = type.patch?.mergeKey;
  if (mergeKey === undefined) throw unmergeablePatch("cannot merge lists without merge key for ");
  const { kept, items } = applyItemDirectives(original as JsonObject[], patch as JsonObject[], mergeKey);
  const merged: JsonObject[] = [...kept];
  const places = new Map<unknown, number>();
  for (const [at, item] of merged.entries()) {
    const key = identityOf(item, mergeKey);
    if (!places.has(key)) places.set(key, at);
  }
  for (const item of items) {
    const key = mergeKeyOf(item, mergeKey);
    const at = places.get(key);
    const existing = at === undefined ? undefined : merged[at];
    if (at !== undefined && existing) merged[at] = mergeObjects(type.list?.item ?? {}, existing, item);
    else {
      places.set(key, merged.length);
      merged.push(withoutDirectives(item) as JsonObject);
    }
  }
  for (const item of merged) mergeKeyOf(item, mergeKey);
  return orderElements(merged, items, kept, mergeKey);
}

function formOfItems(items: readonly unknown[]): "objects" | "scalars" {
  const types = new Set(items.map((item) => (Array.isArray(item) ? "list" : item === null ? "null" : typeof item)));
  if (types.has("list")) throw unprocessablePatch();
  if (types.size > 1) throw unmergeablePatch(`list element types are not identical: [${[...types].join(" ")}]`);
  return types.has("object") ? "objects" : "scalars";
}

/** Takes `$patch` items out of a list patch and does to the original what they say. */
function applyItemDirectives(
  original: readonly JsonObject[],
  patch: readonly JsonObject[],
  mergeKey: string,
): { readonly kept: readonly JsonObject[]; readonly items: readonly JsonObject[] } {
  let kept = original;
  let replace = false;
  const items: JsonObject[] = [];
  for (const item of patch) {
    const directive = item[DIRECTIVE];
    if (!Object.hasOwn(item, DIRECTIVE)) items.push(item);
    else if (directive === "replace") replace = true;
    else if (directive === "delete") {
      const key = mergeKeyOf(item, mergeKey);
      kept = kept.filter((other) => identityOf(other, mergeKey) !== key);
    } else if (directive === "merge") throw unmergeablePatch("merging lists cannot yet be specified in the patch");
    else throw unmergeablePatch(`unknown patch type: ${goText(directive)} in map: ${goText(item)}`);
  }
  return replace ? { kept: items, items: [] } : { kept, items };
}

/** The list without the scalars in `values`. */
export function deletePrimitives(list: readonly unknown[], values: readonly unknown[]): readonly unknown[] {
  const gone = new Set(values);
  return list.filter((item) => !gone.has(item));
}

/**
 * The order a `$setElementOrder` directive asks for. Throws StatusError: 400 where it is no list, 500 where the items of
 * the patch come in another order, or are not in it.
 */
export function checkOrder(
  items: readonly unknown[],
  order: unknown,
  mergeKey: string | undefined,
): readonly unknown[] {
  if (!Array.isArray(order)) throw StatusError.badRequest(BAD_ORDER);
  if (order.length === 0 || items.length === 0) return order;
  const stay = items.filter((item) => !(isJsonObject(item) && item[DIRECTIVE] === "delete"));
  let at = 0;
  for (const entry of order) {
    if (at >= stay.length) break;
    if (identityIn(entry, mergeKey) === identityIn(stay[at], mergeKey)) at++;
  }
  if (at >= stay.length) return order;
  const why = `The order in patch list:\n${goText(items)}\n doesn't match $setElementOrder list:\n${goText(order)}\n`;
  throw unmergeablePatch(why);
}

function identityIn(item: unknown, mergeKey: string | undefined): unknown {
  return mergeKey === undefined || !isJsonObject(item) ? identityOf(item, undefined) : mergeKeyOf(item, mergeKey);
}
