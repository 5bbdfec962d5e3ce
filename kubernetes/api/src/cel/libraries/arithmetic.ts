/** Arithmetic. Overflow is an error, as it is for ints that do not fit 64 bits. */
import { CelError } from "../cel-errors.ts";
import { BYTES, type CelType, DOUBLE, DURATION, INT, listOf, parameter, STRING, TIMESTAMP, UINT } from "../cel-type.ts";
import { listKey } from "../equality.ts";
import { func, joinStrings, type Overload } from "../overload.ts";
import {
  type CelList,
  checkedTime,
  Duration,
  itemsOf,
  JoinedList,
  type Timestamp,
  Uint,
  ValueList,
} from "../values.ts";

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;

/** The int, where it fits 64 bits. Throws CelError. */
export function checkedInt(value: bigint): bigint {
  if (value < INT_MIN || value > INT_MAX) throw new CelError("integer overflow");
  return value;
}

/** The unsigned int, where it fits 64 bits. Throws CelError. */
export function checkedUint(value: bigint): Uint {
  if (value < 0n || value > UINT_MAX) throw new CelError("unsigned integer overflow");
  return new Uint(value);
}

function checkedDuration(nanos: bigint): Duration {
  if (nanos < INT_MIN || nanos > INT_MAX) throw new CelError("duration overflow");
  return new Duration(nanos);
}

function nonZero(value: bigint, why: string): bigint {
  if (value === 0n) throw new CelError(why);
  return value;
}

const ITEM = parameter("A");
const LIST = listOf(ITEM);

type BigIntOperation = (a: bigint, b: bigint) => bigint;

function forInts(name: string, operate: BigIntOperation): Overload[] {
  return [
    func(name, [INT, INT], INT, (a: bigint, b: bigint) => checkedInt(operate(a, b))),
    func(name, [UINT, UINT], UINT, (a: Uint, b: Uint) => checkedUint(operate(a.value, b.value))),
  ];
}

const doubles = (name: string, operate: (a: number, b: number) => number): Overload =>
  func(name, [DOUBLE, DOUBLE], DOUBLE, operate);

const times = (
  name: string,
  parameters: readonly CelType[],
  result: CelType,
  call: (...args: never[]) => Timestamp | Duration,
) => func(name, parameters, result, call);

/** Lists of a schema are added as their list type says: a set has no item twice, a map none with the same keys. */
function addLists(a: CelList, b: CelList): CelList {
  const { semantics } = a;
  if (semantics?.as === "set") {
    const present = new Set(itemsOf(a).map(String));
    return new ValueList([...itemsOf(a), ...itemsOf(b).filter((item) => !present.has(String(item)))]);
  }
  if (semantics?.as === "map") {
    const byKey = new Map(itemsOf(a).map((item) => [listKey(item, semantics.keys), item]));
    for (const item of itemsOf(b)) byKey.set(listKey(item, semantics.keys), item);
    return new ValueList([...byKey.values()]);
  }
  return new JoinedList(a, b);
}

export const arithmetic: readonly Overload[] = [
  ...forInts("_+_", (a, b) => a + b),
  doubles("_+_", (a, b) => a + b),
  func("_+_", [STRING, STRING], STRING, (a: string, b: string) => a + b, joinStrings),
  func("_+_", [BYTES, BYTES], BYTES, (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b]), joinStrings),
  func("_+_", [LIST, LIST], LIST, addLists, { resultSize: (size) => size(0) + size(1) }),
  times("_+_", [DURATION, DURATION], DURATION, (a: Duration, b: Duration) => checkedDuration(a.nanos + b.nanos)),
  times("_+_", [DURATION, TIMESTAMP], TIMESTAMP, (a: Duration, b: Timestamp) => checkedTime(a.nanos + b.nanos)),
  times("_+_", [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) => checkedTime(a.nanos + b.nanos)),
  ...forInts("_-_", (a, b) => a - b),
  doubles("_-_", (a, b) => a - b),
  times("_-_", [DURATION, DURATION], DURATION, (a: Duration, b: Duration) => checkedDuration(a.nanos - b.nanos)),
  times("_-_", [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) => checkedTime(a.nanos - b.nanos)),
  times("_-_", [TIMESTAMP, TIMESTAMP], DURATION, (a: Timestamp, b: Timestamp) => checkedDuration(a.nanos - b.nanos)),
  ...forInts("_*_", (a, b) => a * b),
  doubles("_*_", (a, b) => a * b),
  ...forInts("_/_", (a, b) => a / nonZero(b, "division by zero")),
  doubles("_/_", (a, b) => a / b),
  ...forInts("_%_", (a, b) => a % nonZero(b, "modulus by zero")),
  func("-_", [INT], INT, (a: bigint) => checkedInt(-a)),
  func("-_", [DOUBLE], DOUBLE, (a: number) => -a),
];
