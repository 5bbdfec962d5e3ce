/** From one type to another: `int("1")`, `string(1)`, `timestamp(...)`. */
import { CelError } from "../cel-errors.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  NULL,
  optionalOf,
  parameter,
  STRING,
  TIMESTAMP,
  TYPE,
  UINT,
} from "../cel-type.ts";
import { func, type Overload, rewriteString, traverseString } from "../overload.ts";
import {
  type CelValue,
  checkedTime,
  Duration,
  durationText,
  parseDuration,
  parseTimestamp,
  Timestamp,
  TypeValue,
  timestampText,
  typeNameOf,
  Uint,
} from "../values.ts";
import { checkedInt, checkedUint } from "./arithmetic.ts";

const A = parameter("A");
/** Characters of the longest number, time or duration. */
const LONGEST_NUMBER = 32;
const NANOS = 1_000_000_000n;

/** A double as Go prints it with `%g`. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  if (exponent >= -5 && exponent < 21) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** The text of any value that has one. Throws CelError. */
export function textOf(value: CelValue): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
    case "bigint":
      return String(value);
    case "number":
      return doubleText(value);
    default:
  }
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value).toString();
    if (text.includes("\ufffd")) throw new CelError("invalid UTF-8 in bytes, cannot convert to string");
    return text;
  }
  throw new CelError(`type conversion error from '${typeNameOf(value)}' to 'string'`);
}

function wholeNumber(value: number, from: bigint, to: bigint, why: string): bigint {
  if (!Number.isFinite(value)) throw new CelError(why);
  const whole = BigInt(Math.trunc(value));
  if (whole <= from || whole >= to) throw new CelError(why);
  return whole;
}

function integerText(text: string, pattern: RegExp, kind: string): bigint {
  if (!pattern.test(text))
    throw new CelError(
      `type conversion error from 'string' to '${kind}': strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return BigInt(text.replace(/^\+/, ""));
}

function boolText(text: string): boolean {
  if (["1", "t", "true", "TRUE", "True", "T"].includes(text)) return true;
  if (["0", "f", "false", "FALSE", "False", "F"].includes(text)) return false;
  throw new CelError(`type conversion error from 'string' to 'bool'`);
}

function doubleOf(text: string): number {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  const named = /^([+-]?)(?:(inf|infinity)|(nan))$/i.exec(text);
  if (named) return named[3] ? Number.NaN : named[1] === "-" ? -Infinity : Infinity;
  throw new CelError(`type conversion error from 'string' to 'double'`);
}

const identity = (value: CelValue): CelValue => value;
const same = (name: string, type: CelType): Overload => func(name, [type], type, identity);

/** The types that have names in expressions. */
export const TYPE_NAMES: Readonly<Record<string, CelType>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  dyn: DYN,
  int: INT,
  null_type: NULL,
  optional_type: optionalOf(DYN),
  string: STRING,
  uint: UINT,
  type: TYPE,
  "google.protobuf.Duration": DURATION,
  "google.protobuf.Timestamp": TIMESTAMP,
};

export const conversions: readonly Overload[] = [
  func("dyn", [A], DYN, identity),
  func("type", [A], TYPE, (value: CelValue) => new TypeValue(typeNameOf(value))),
  same("bool", BOOL),
  func("bool", [STRING], BOOL, boolText),
  same("bytes", BYTES),
  func("bytes", [STRING], BYTES, (text: string) => Buffer.from(text), rewriteString),
  same("double", DOUBLE),
  func("double", [INT], DOUBLE, (value: bigint) => Number(value)),
  func("double", [UINT], DOUBLE, (value: Uint) => Number(value.value)),
  func("double", [STRING], DOUBLE, doubleOf),
  same("int", INT),
  func("int", [UINT], INT, (value: Uint) => checkedInt(value.value)),
  func("int", [DOUBLE], INT, (value: number) => wholeNumber(value, -(2n ** 63n), 2n ** 63n, "integer overflow")),
  func("int", [STRING], INT, (text: string) => checkedInt(integerText(text, /^[+-]?\d+$/, "int"))),
  func("int", [TIMESTAMP], INT, ({ nanos }: Timestamp) => (nanos - (((nanos % NANOS) + NANOS) % NANOS)) / NANOS),
  func("int", [DURATION], INT, ({ nanos }: Duration) => nanos),
  same("uint", UINT),
  func("uint", [INT], UINT, (value: bigint) => checkedUint(value)),
  func(
    "uint",
    [DOUBLE],
    UINT,
    (value: number) => new Uint(wholeNumber(value, -1n, 2n ** 64n, "unsigned integer overflow")),
  ),
  func("uint", [STRING], UINT, (text: string) => checkedUint(integerText(text, /^\d+$/, "uint"))),
  same("string", STRING),
  ...[BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION].map((type) =>
    func("string", [type], STRING, textOf, { resultSize: () => LONGEST_NUMBER }),
  ),
  func("string", [BYTES], STRING, textOf, traverseString),
  same("timestamp", TIMESTAMP),
  func("timestamp", [STRING], TIMESTAMP, (text: string) => parseTimestamp(text)),
  func("timestamp", [INT], TIMESTAMP, (seconds: bigint) => checkedTime(seconds * NANOS)),
  same("duration", DURATION),
  func("duration", [STRING], DURATION, (text: string) => parseDuration(text)),
  func("duration", [INT], DURATION, (seconds: bigint) => new Duration(checkedInt(seconds * NANOS))),
];
