/** Equality, order, membership, size and indexing. */
import { CelError } from "../cel-errors.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  mapOf,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  UINT,
} from "../cel-type.ts";
import { compare, contains, equal } from "../equality.ts";
import { compareStrings, func, method, type Overload } from "../overload.ts";
import { type CelList, type CelMap, type CelValue, isList, isMap, Optional, typeNameOf, Uint } from "../values.ts";

const A = parameter("A");
const B = parameter("B");
const NUMBERS = [INT, UINT, DOUBLE];

function ordered(name: string, holds: (order: number) => boolean): Overload[] {
  const call = (a: CelValue, b: CelValue) => {
    const order = compare(a, b);
    // NaN has a place in no order.
    if (order === undefined && !(typeof a === "number" || typeof b === "number"))
      throw new CelError("no such overload");
    return order !== undefined && holds(order);
  };
  const same = (type: CelType, costs = {}) => func(name, [type, type], BOOL, call, costs);
  return [
    same(BOOL),
    ...NUMBERS.flatMap((a) => NUMBERS.map((b) => func(name, [a, b], BOOL, call))),
    same(STRING, compareStrings),
    same(BYTES, compareStrings),
    same(TIMESTAMP),
    same(DURATION),
  ];
}

const sizeOf = (value: CelValue): bigint => BigInt(sizeOfValue(value));

/** Characters of a string, bytes, items of a list or entries of a map; 1 of anything else. */
export function sizeOfValue(value: CelValue): number {
  if (typeof value === "string") return characters(value);
  if (value instanceof Uint8Array) return value.length;
  if (value instanceof Optional) return value.value === undefined ? 1 : sizeOfValue(value.value);
  return isList(value) || isMap(value) ? value.size : 1;
}

function characters(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00) count--;
  }
  return count;
}

/** The position an index names in a list; undefined where it is no whole number. */
function positionOf(index: CelValue): number | undefined {
  if (typeof index === "bigint") return Number(index);
  if (index instanceof Uint) return Number(index.value);
  return typeof index === "number" && Number.isInteger(index) ? index : undefined;
}

/** `container[key]`. Throws CelError where there is no such thing. */
export function at(container: CelValue, key: CelValue): CelValue {
  const found = find(container, key);
  if (found !== undefined) return found;
  if (container instanceof Optional) return new Optional(undefined);
  if (isList(container)) throw new CelError(`index out of bounds: ${positionOf(key)}`);
  throw new CelError(`no such key: ${keyText(key)}`);
}

/** `container[key]`, or undefined where there is no such thing. Throws CelError where it makes no sense to ask. */
export function find(container: CelValue, key: CelValue): CelValue | undefined {
  if (container instanceof Optional) {
    if (container.value === undefined) return undefined;
    const found = find(container.value, key);
    return found === undefined ? undefined : new Optional(found);
  }
  if (isList(container)) {
    const position = positionOf(key);
    if (position === undefined) throw new CelError(`unsupported index type '${typeNameOf(key)}' in list`);
    return position >= 0 && position < container.size ? container.at(position) : undefined;
  }
  if (isMap(container)) return container.get(key);
  throw new CelError("no such overload");
}

/** A key as messages show it. */
export function keyText(key: CelValue): string {
  return key instanceof Uint ? String(key.value) : String(key);
}

const optionalAt = (container: CelValue, key: CelValue): CelValue => {
  const found = find(container, key);
  return found instanceof Optional ? found : new Optional(found);
};

const OPTIONAL_A = optionalOf(A);

export const comparison: readonly Overload[] = [
  func("_==_", [A, A], BOOL, (a: CelValue, b: CelValue) => equal(a, b), compareStrings),
  func("_!=_", [A, A], BOOL, (a: CelValue, b: CelValue) => !equal(a, b), compareStrings),
  ...ordered("_<_", (order) => order < 0),
  ...ordered("_<=_", (order) => order <= 0),
  ...ordered("_>_", (order) => order > 0),
  ...ordered("_>=_", (order) => order >= 0),
  func("@in", [A, listOf(A)], BOOL, (item: CelValue, list: CelList) => contains(list, item), {
    cost: (size) => size(1),
  }),
  func("@in", [A, mapOf(A, B)], BOOL, (key: CelValue, map: CelMap) => map.get(key) !== undefined),
  ...[STRING, BYTES, listOf(A), mapOf(A, B)].flatMap((type) => [
    func("size", [type], INT, sizeOf),
    method("size", [type], INT, sizeOf),
  ]),
  func("_[_]", [listOf(A), INT], A, at),
  func("_[_]", [mapOf(A, B), A], B, at),
  func("_[_]", [optionalOf(listOf(A)), INT], OPTIONAL_A, at),
  func("_[_]", [optionalOf(mapOf(A, B)), A], optionalOf(B), at),
  func("_[?_]", [listOf(A), INT], OPTIONAL_A, optionalAt),
  func("_[?_]", [mapOf(A, B), A], optionalOf(B), optionalAt),
  func("_[?_]", [optionalOf(listOf(A)), INT], OPTIONAL_A, optionalAt),
  func("_[?_]", [optionalOf(mapOf(A, B)), A], optionalOf(B), optionalAt),
];
