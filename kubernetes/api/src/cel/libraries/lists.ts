/** Kubernetes' functions on lists, and CEL's on lists as sets. */
import { CelError } from "../cel-errors.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listOf,
  parameter,
  STRING,
  TIMESTAMP,
  UINT,
} from "../cel-type.ts";
import { compare, contains, equal } from "../equality.ts";
import { func, method, type Overload, type Sizes, traverseList } from "../overload.ts";
import { type CelList, type CelValue, Duration, itemsOf, Uint } from "../values.ts";

const A = parameter("A");
const LIST = listOf(A);
const SUMMABLE: readonly (readonly [CelType, CelValue])[] = [
  [INT, 0n],
  [UINT, new Uint(0n)],
  [DOUBLE, 0],
  [DURATION, new Duration(0n)],
];
const COMPARABLE: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];

function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === "bigint" && typeof b === "bigint") return a + b;
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a instanceof Uint && b instanceof Uint) return new Uint(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return new Duration(a.nanos + b.nanos);
  throw new CelError("no such overload");
}

function extreme(name: string, wanted: number) {
  return (list: CelList): CelValue => {
    if (list.size === 0) throw new CelError(`${name} called on empty list`);
    return itemsOf(list).reduce((best, item) => (Math.sign(ordered(item, best)) === wanted ? item : best));
  };
}

function ordered(a: CelValue, b: CelValue): number {
  const order = compare(a, b);
  if (order === undefined) throw new CelError("no such overload");
  return order;
}

function isSorted(list: CelList): boolean {
  for (let i = 1; i < list.size; i++) if (ordered(list.at(i - 1), list.at(i)) > 0) return false;
  return true;
}

function indexOf(list: CelList, wanted: CelValue): bigint {
  for (let i = 0; i < list.size; i++) if (equal(list.at(i), wanted)) return BigInt(i);
  return -1n;
}

function lastIndexOf(list: CelList, wanted: CelValue): bigint {
  for (let i = list.size - 1; i >= 0; i--) if (equal(list.at(i), wanted)) return BigInt(i);
  return -1n;
}

const within = (all: CelList, some: CelList) => itemsOf(some).every((item) => contains(all, item));
const setCosts = { cost: (size: Sizes) => size(0) * size(1) };

export const lists: readonly Overload[] = [
  ...COMPARABLE.flatMap((type) => [
    method("isSorted", [listOf(type)], BOOL, isSorted, traverseList),
    method("min", [listOf(type)], type, extreme("min", -1), traverseList),
    method("max", [listOf(type)], type, extreme("max", 1), traverseList),
  ]),
  ...SUMMABLE.map(([type, zero]) =>
    method("sum", [listOf(type)], type, (list: CelList) => itemsOf(list).reduce(add, zero), traverseList),
  ),
  method("indexOf", [LIST, A], INT, indexOf, traverseList),
  method("lastIndexOf", [LIST, A], INT, lastIndexOf, traverseList),
  func("sets.contains", [LIST, LIST], BOOL, within, setCosts),
  func("sets.equivalent", [LIST, LIST], BOOL, (a: CelList, b: CelList) => within(a, b) && within(b, a), setCosts),
  func(
    "sets.intersects",
    [LIST, LIST],
    BOOL,
    (a: CelList, b: CelList) => itemsOf(b).some((item) => contains(a, item)),
    setCosts,
  ),
];
