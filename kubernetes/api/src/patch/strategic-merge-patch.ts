/** Strategic merge patch: a merge patch that knows which lists are keyed and how their items are merged. */
import type { MergeMap, MergeType } from "../apply/merge-type.ts";
import { StatusError } from "../errors.ts";
import { DIRECTIVE, withoutDirectives } from "./directives.ts";
import { orderElements } from "./element-order.ts";
import { goText } from "./go-text.ts";
import { isJsonObject, type JsonObject, setKey } from "./json-value.ts";
import { BAD_ORDER, BAD_PRIMITIVES, BAD_RETAIN_KEYS, unmergeablePatch } from "./patch-error.ts";
import { checkOrder, deletePrimitives, mergeLists } from "./strategic-lists.ts";

const RETAIN_KEYS = "$retainKeys";
const SET_ORDER = "$setElementOrder/";
const DELETE_FROM = "$deleteFromPrimitiveList/";

/** Where a schema says nothing, objects merge and lists are replaced. */
const UNKNOWN: MergeType = {};

/** The document with the patch applied. Neither argument is changed. Throws StatusError where the patch makes no sense: 400, 422, 500. */
export function strategicMergePatch(type: MergeType, document: object, patch: unknown): object {
  if (!isJsonObject(patch)) {
    const found = Array.isArray(patch) ? "array" : patch === null ? "null" : typeof patch;
    throw StatusError.badRequest(`json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
  }
  return mergeObjects(type, document as JsonObject, patch);
}

/** Merges an object of the patch into one of the document. */
export function mergeObjects(type: MergeType, original: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return directed(patch);
  const result: Record<string, unknown> = retained(original, patch);
  const ordered = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    const name = nameIn(key, SET_ORDER, BAD_ORDER);
    if (name === undefined) continue;
    ordered.add(name);
    mergeOrdered(result, name, patch, order, childOf(type, name));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key)) continue;
    const deleted = nameIn(key, DELETE_FROM, BAD_PRIMITIVES);
    const name = deleted ?? key;
    const present = Object.hasOwn(result, name) ? result[name] : undefined;
    if (value === null) delete result[name];
    else if (deleted === undefined) put(result, name, merged(childOf(type, name), present, value));
    else if (Array.isArray(present) && Array.isArray(value)) put(result, name, deletePrimitives(present, value));
  }
  return result;
}

/** What a key with a directive in front of it is about; undefined for other keys. */
function nameIn(key: string, directive: string, malformed: string): string | undefined {
  if (key.startsWith(directive)) return key.slice(directive.length);
  if (key.startsWith(directive.slice(0, -1))) throw StatusError.badRequest(malformed);
  return undefined;
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (value === undefined) delete target[key];
  else setKey(target, key, value);
}

function directed(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === "replace") return rest;
  if (directive === "delete") return {};
  throw unmergeablePatch(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
}

/** A copy of the original without the keys that `$retainKeys` does not name. */
function retained(original: JsonObject, patch: JsonObject): Record<string, unknown> {
  const keep = patch[RETAIN_KEYS];
  if (keep === undefined) return { ...original };
  const given = Object.entries(patch).filter(
    ([key, value]) =>
      value !== null && key !== RETAIN_KEYS && !key.startsWith(DELETE_FROM) && !key.startsWith(SET_ORDER),
  );
  if (!Array.isArray(keep) || given.some(([key]) => !keep.includes(key))) throw StatusError.badRequest(BAD_RETAIN_KEYS);
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.includes(key)));
}

/** The value of a key both sides may have; undefined where nothing is to be there. */
function merged(type: MergeType, original: unknown, patch: unknown): unknown {
  const replaces = type.patch?.strategies.includes("replace");
  if (isJsonObject(patch) && isJsonObject(original)) return replaces ? patch : mergeObjects(type, original, patch);
  if (Array.isArray(patch) && Array.isArray(original)) {
    return type.patch?.strategies.includes("merge") ? mergeLists(type, original, patch) : patch;
  }
  return withoutDirectives(patch);
}

/** Merges one list whose order `$setElementOrder/<name>` gives. */
function mergeOrdered(
  result: Record<string, unknown>,
  name: string,
  patch: JsonObject,
  order: unknown,
  type: MergeType,
): void {
  const [original, items] = [Object.hasOwn(result, name) ? result[name] : undefined, patch[name]];
  const wrong = [original, items].find((list) => list !== undefined && !Array.isArray(list));
  if (wrong !== undefined) {
    throw unmergeablePatch(
      `expected a []interface {}, but received a ${wrong === null ? "%!s(<nil>)" : goType(wrong)}`,
    );
  }
  const mergeKey = type.patch?.mergeKey;
  const present = (original ?? []) as readonly unknown[];
  const wanted = checkOrder((items ?? []) as readonly unknown[], order, mergeKey);
  if (original === undefined && items === undefined) return;
  let list: unknown = present;
  if (items !== undefined) list = merged(type, original, items);
  result[name] = orderElements(list as readonly unknown[], wanted, present, mergeKey);
}

function goType(value: unknown): string {
  if (isJsonObject(value)) return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value === "number" ? "float64" : typeof value;
}

function childOf({ map }: MergeType, name: string): MergeType {
  return map ? childIn(map, name) : UNKNOWN;
}

function childIn(map: MergeMap, name: string): MergeType {
  return map.field(name)?.type ?? map.element ?? UNKNOWN;
}
