/** Strategic merge patch: a merge patch that knows which lists are keyed and how their items are merged. */
import { isDeepStrictEqual } from "node:util";
import { StatusError } from "../errors.ts";
import { type FieldInfo, type StructInfo, structBehind, structOf } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";
import { identityOf, orderElements } from "./element-order.ts";
import { isJsonObject, type JsonObject, setKey } from "./json-value.ts";
import { unmergeablePatch } from "./patch-error.ts";

const DIRECTIVE = "$patch";
const RETAIN_KEYS = "$retainKeys";
const SET_ORDER = "$setElementOrder/";
const DELETE_FROM = "$deleteFromPrimitiveList/";

/** The merging rules of a place in the object: a struct's fields, or one rule for all keys of a map. */
type Schema = { readonly struct?: StructInfo | undefined; readonly values?: TypeRef | undefined };

/** The document of type `typeName` with the patch applied. Neither argument is changed. Throws StatusError where the patch makes no sense. */
export function strategicMergePatch(typeName: string, document: object, patch: unknown): object {
  if (!isJsonObject(patch)) throw StatusError.badRequest("a strategic merge patch must be a JSON object");
  return mergeMap(document as JsonObject, patch, { struct: structOf(typeName) });
}

function mergeMap(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, DIRECTIVE)) return directedMap(patch);
  const result: Record<string, unknown> = retained(original, patch);
  const ordered = new Set<string>();
  for (const [key, order] of Object.entries(patch)) {
    if (!key.startsWith(SET_ORDER)) continue;
    const name = key.slice(SET_ORDER.length);
    ordered.add(name);
    setOrdered(result, name, patch[name], order, schema);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(SET_ORDER) || ordered.has(key)) continue;
    if (key.startsWith(DELETE_FROM)) deletePrimitives(result, key.slice(DELETE_FROM.length), value);
    else if (value === null) delete result[key];
    else
      setKey(
        result,
        key,
        mergeValue(Object.hasOwn(result, key) ? result[key] : undefined, value, fieldAt(schema, key)),
      );
  }
  return result;
}

function directedMap(patch: JsonObject): JsonObject {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === "replace") return withoutDirectives(rest) as JsonObject;
  if (directive === "delete") return {};
  throw unmergeablePatch(`unknown patch type: ${directive} in map: ${JSON.stringify(patch)}`);
}

/** A copy of the original without the keys that `$retainKeys` does not name. */
function retained(original: JsonObject, patch: JsonObject): Record<string, unknown> {
  const keep = patch[RETAIN_KEYS];
  if (keep === undefined) return { ...original };
  const given = Object.entries(patch).filter(([key, value]) => !key.startsWith("$") && value !== null);
  if (!Array.isArray(keep) || given.some(([key]) => !keep.includes(key))) {
    throw StatusError.badRequest("The patch format of retainKeys is invalid");
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keep.includes(key)));
}

type Place = { readonly field?: FieldInfo | undefined; readonly type?: TypeRef | undefined };

function fieldAt(schema: Schema, key: string): Place {
  if (schema.values) return { type: schema.values };
  const field = schema.struct?.fields.get(key);
  return { field, type: field?.type };
}

function schemaOf(type: TypeRef | undefined): Schema {
  if (!type) return {};
  if (type.form === "pointer") return schemaOf(type.of);
  if (type.form === "map") return { values: type.of };
  return { struct: structBehind(type) };
}

function mergeValue(original: unknown, patch: unknown, { field, type }: Place): unknown {
  const replaces = field?.patchStrategy.includes("replace");
  if (isJsonObject(patch)) {
    if (!isJsonObject(original) || replaces) return mergeMap({}, patch, schemaOf(type));
    return mergeMap(original, patch, schemaOf(type));
  }
  if (Array.isArray(patch)) {
    if (!Array.isArray(original)) return mergeList([], patch, { field, type });
    return mergeList(original, patch, { field, type });
  }
  return patch;
}

function mergeList(
  original: readonly unknown[],
  patch: readonly unknown[],
  { field, type }: Place,
): readonly unknown[] {
  if (!field?.patchStrategy.includes("merge")) return patch.map(withoutDirectives);
  if ([...original, ...patch].every((item) => !isJsonObject(item))) {
    const merged = [...original, ...patch].filter((item, index, all) => all.indexOf(item) === index);
    return orderElements(merged, patch, original, undefined);
  }
  const mergeKey = field.patchMergeKey;
  if (mergeKey === undefined) throw unmergeablePatch(`cannot merge lists without merge key for ${field.name}`);
  const { kept, items } = applyItemDirectives(original, patch, mergeKey);
  const schema = schemaOf(type?.form === "list" ? type.of : undefined);
  const merged = [...kept];
  for (const item of items) {
    const key = mergeKeyOf(item, mergeKey);
    const at = merged.findIndex((other) => isDeepStrictEqual(identityOf(other, mergeKey), key));
    const existing = merged[at];
    if (isJsonObject(existing)) merged[at] = mergeMap(existing, item, schema);
    else merged.push(mergeMap({}, item, schema));
  }
  return orderElements(merged, items, kept, mergeKey);
}

/** Takes `$patch` items out of a list patch and does to the original what they say. */
function applyItemDirectives(
  original: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
): { kept: readonly unknown[]; items: readonly JsonObject[] } {
  let kept = original;
  let replace = false;
  const items: JsonObject[] = [];
  for (const item of patch) {
    if (!isJsonObject(item)) throw unmergeablePatch("lists must hold either only maps or no maps");
    const directive = item[DIRECTIVE];
    if (directive === undefined) items.push(item);
    else if (directive === "replace") replace = true;
    else if (directive === "delete") {
      const key = mergeKeyOf(item, mergeKey);
      kept = kept.filter((other) => !isDeepStrictEqual(identityOf(other, mergeKey), key));
    } else if (directive === "merge") throw unmergeablePatch("merging lists cannot yet be specified in the patch");
    else throw unmergeablePatch(`unknown patch type: ${directive} in map: ${JSON.stringify(item)}`);
  }
  return replace ? { kept: items.map(withoutDirectives), items: [] } : { kept, items };
}

function mergeKeyOf(item: JsonObject, mergeKey: string): unknown {
  if (Object.hasOwn(item, mergeKey)) return item[mergeKey];
  const shown = Object.entries(item).map(
    ([key, value]) => `${key}:${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  throw unmergeablePatch(`map: map[${shown.sort().join(" ")}] does not contain declared merge key: ${mergeKey}`);
}

/** Merges one list whose order `$setElementOrder/<name>` gives. */
function setOrdered(
  result: Record<string, unknown>,
  name: string,
  patch: unknown,
  order: unknown,
  schema: Schema,
): void {
  if (!Array.isArray(order)) throw StatusError.badRequest(BAD_ORDER);
  const place = fieldAt(schema, name);
  const mergeKey = place.field?.patchMergeKey;
  const original = Array.isArray(result[name]) ? result[name] : [];
  if (patch === null) {
    delete result[name];
    return;
  }
  const items = Array.isArray(patch) ? patch : [];
  checkOrderNames(items, order, mergeKey);
  if (patch === undefined && original.length === 0) return;
  result[name] = orderElements(mergeList(original, items, place), order, original, mergeKey);
}

const BAD_ORDER = "The patch format of setElementOrder list is invalid";

function checkOrderNames(items: readonly unknown[], order: readonly unknown[], mergeKey: string | undefined): void {
  const named = order.map((entry) => identityOf(entry, mergeKey));
  for (const item of items) {
    if (isJsonObject(item) && Object.hasOwn(item, DIRECTIVE)) continue;
    const identity = identityOf(item, mergeKey);
    if (!named.some((other) => isDeepStrictEqual(other, identity))) throw StatusError.badRequest(BAD_ORDER);
  }
}

function deletePrimitives(result: Record<string, unknown>, name: string, values: unknown): void {
  if (!Array.isArray(values)) throw StatusError.badRequest("The patch format of primitive list is invalid");
  const original = result[name];
  if (Array.isArray(original)) result[name] = original.filter((item) => !values.includes(item));
}

/** A value that is new to the object: its directives have nothing to act on, its nulls nothing to remove. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, inner]) => !key.startsWith("$") && inner !== null)
      .map(([key, inner]) => [key, withoutDirectives(inner)]),
  );
}
