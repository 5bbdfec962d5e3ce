/** Equality and order of values. */
import {
  type CelList,
  type CelMap,
  type CelValue,
  Duration,
  isList,
  isMap,
  itemsOf,
  OpaqueValue,
  Optional,
  Timestamp,
  TypeValue,
  Uint,
} from "./values.ts";

/** Whether two values are equal; values of different types are not, except that numbers are compared as numbers. */
export function equal(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof OpaqueValue) return b instanceof OpaqueValue && a.typeName === b.typeName && a.equals(b);
  if (a instanceof Optional) {
    if (!(b instanceof Optional)) return false;
    return a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);
  }
  if (isList(a)) return isList(b) && equalLists(a, b);
  return isMap(a) && isMap(b) && equalMaps(a, b);
}

function equalLists(a: CelList, b: CelList): boolean {
  if (a.size !== b.size) return false;
  const semantics = a.semantics ?? b.semantics;
  if (semantics?.as === "set") return itemsOf(a).every((item) => contains(b, item));
  if (semantics?.as === "map") {
    const byKey = new Map(itemsOf(b).map((item) => [listKey(item, semantics.keys), item]));
    return itemsOf(a).every((item) => {
      const other = byKey.get(listKey(item, semantics.keys));
      return other !== undefined && equal(item, other);
    });
  }
  for (let i = 0; i < a.size; i++) if (!equal(a.at(i), b.at(i))) return false;
  return true;
}

/** What tells an item of a list of type map from the others. */
export function listKey(item: CelValue, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => (isMap(item) ? String(item.get(key) ?? "") : "")));
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const inA = a.get(key);
    const inB = b.get(key);
    if (inA === undefined || inB === undefined || !equal(inA, inB)) return false;
  }
  return true;
}

/** Whether the list has an equal item. */
export function contains(list: CelList, wanted: CelValue): boolean {
  for (let i = 0; i < list.size; i++) if (equal(list.at(i), wanted)) return true;
  return false;
}

type Number = bigint | number | Uint;

function isNumber(value: CelValue): value is Number {
  return typeof value === "bigint" || typeof value === "number" || value instanceof Uint;
}

function plain(value: Number): bigint | number {
  return value instanceof Uint ? value.value : value;
}

function compareNumbers(a: Number, b: Number): number | undefined {
  const bothWhole = typeof a !== "number" && typeof b !== "number";
  const x = bothWhole ? plain(a) : Number(plain(a));
  const y = bothWhole ? plain(b) : Number(plain(b));
  if (x < y) return -1;
  if (x > y) return 1;
  return x >= y ? 0 : undefined; // NaN is neither
}

/** Negative, zero or positive; undefined where the values have no order (NaN, different types). */
export function compare(a: CelValue, b: CelValue): number | undefined {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return sign(a.nanos - b.nanos);
  if (a instanceof Duration && b instanceof Duration) return sign(a.nanos - b.nanos);
  return undefined;
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
