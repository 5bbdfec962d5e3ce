/**
 * Values while an expression runs. Numbers are told apart: an int is a bigint, a double a number, a uint a `Uint`. Lists and
 * maps from JSON stay what they are, behind a view that converts an item when it is looked at.
 */
import { CelError } from "./cel-errors.ts";
import { type CelType, DYN, isDyn, type ListSemantics } from "./cel-type.ts";

/** An unsigned integer. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A point in time: nanoseconds since the epoch. */
export class Timestamp {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A length of time in nanoseconds. */
export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** A type as a value. */
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value that may be absent. */
export class Optional {
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** The value of a type some library brings: a quantity, an address, a URL. */
export abstract class OpaqueValue {
  abstract readonly typeName: string;
  abstract equals(other: OpaqueValue): boolean;
}

/** A list: its length, and its items when asked for. */
export interface CelList {
  readonly list: true;
  readonly size: number;
  at(index: number): CelValue;
  readonly semantics?: ListSemantics | undefined;
}

/** A map or an object. */
export interface CelMap {
  readonly map: true;
  readonly size: number;
  get(key: CelValue): CelValue | undefined;
  keys(): Iterable<CelValue>;
  /** Set on objects of a declared type: their fields are no keys. */
  readonly typeName?: string | undefined;
}

/** Anything an expression computes with. */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | OpaqueValue
  | CelList
  | CelMap;

/** A list of values. */
export class ValueList implements CelList {
  readonly list = true;
  readonly #items: readonly CelValue[];
  constructor(items: readonly CelValue[]) {
    this.#items = items;
  }
  get size(): number {
    return this.#items.length;
  }
  at(index: number): CelValue {
    return this.#items[index] ?? null;
  }
}

/** Two lists, one after the other, without copying either. */
export class JoinedList implements CelList {
  readonly list = true;
  readonly size: number;
  readonly #items: CelValue[];
  constructor(first: CelList, second: CelList) {
    // What grows item by item shares its memory: the longest version owns the tail.
    const own = first instanceof JoinedList && first.#items.length === first.size ? first.#items : itemsOf(first);
    for (let i = 0; i < second.size; i++) own.push(second.at(i));
    this.#items = own;
    this.size = own.length;
  }
  at(index: number): CelValue {
    return index < this.size ? (this.#items[index] ?? null) : null;
  }
}

/** A map of values. Numbers that are equal are one key, whatever their type. */
export class ValueMap implements CelMap {
  readonly map = true;
  readonly #entries: ReadonlyMap<string, readonly [CelValue, CelValue]>;
  constructor(entries: Iterable<readonly [CelValue, CelValue]>) {
    this.#entries = new Map(Array.from(entries, (entry) => [keyText(entry[0]), entry]));
  }
  get size(): number {
    return this.#entries.size;
  }
  get(key: CelValue): CelValue | undefined {
    return this.#entries.get(keyText(key))?.[1];
  }
  *keys(): Iterable<CelValue> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

/** A JSON array. */
export class JsonList implements CelList {
  readonly list = true;
  readonly json: readonly unknown[];
  readonly #element: CelType;
  readonly semantics: ListSemantics | undefined;
  constructor(json: readonly unknown[], element: CelType = DYN, semantics?: ListSemantics) {
    this.json = json;
    this.#element = element;
    this.semantics = semantics;
  }
  get size(): number {
    return this.json.length;
  }
  at(index: number): CelValue {
    return fromJson(this.json[index], this.#element);
  }
}

/** A JSON object seen as a map. */
export class JsonMap implements CelMap {
  readonly map = true;
  readonly json: Readonly<Record<string, unknown>>;
  readonly #value: CelType;
  constructor(json: Readonly<Record<string, unknown>>, value: CelType = DYN) {
    this.json = json;
    this.#value = value;
  }
  get size(): number {
    let size = 0;
    for (const name in this.json) if (this.json[name] !== undefined) size++;
    return size;
  }
  get(key: CelValue): CelValue | undefined {
    if (typeof key !== "string" || !Object.hasOwn(this.json, key)) return undefined;
    const value = this.json[key];
    return value === undefined ? undefined : fromJson(value, this.#value);
  }
  *keys(): Iterable<CelValue> {
    for (const name in this.json) if (this.json[name] !== undefined) yield name;
  }
}

/** A JSON object of a declared type. */
export class JsonObject implements CelMap {
  readonly map = true;
  readonly json: Readonly<Record<string, unknown>>;
  readonly #type: Extract<CelType, { kind: "object" }>;
  constructor(json: Readonly<Record<string, unknown>>, type: Extract<CelType, { kind: "object" }>) {
    this.json = json;
    this.#type = type;
  }
  get typeName(): string {
    return this.#type.name;
  }
  get size(): number {
    return Object.keys(this.json).length;
  }
  get(key: CelValue): CelValue | undefined {
    if (typeof key !== "string") return undefined;
    const field = this.#type.field(key);
    const member = this.#type.member?.(key) ?? key;
    if (!field || !Object.hasOwn(this.json, member)) return undefined;
    const value = this.json[member];
    return value === undefined ? undefined : fromJson(value, field.type);
  }
  *keys(): Iterable<CelValue> {
    for (const name of this.#type.fields()) if (this.get(name) !== undefined) yield name;
  }
}

/** A JSON value as the type says; where that is `dyn`, whole numbers are ints. */
export function fromJson(json: unknown, type: CelType = DYN): CelValue {
  if (json === null || json === undefined) return null;
  switch (typeof json) {
    case "boolean":
      return json;
    case "number":
      if (type.kind === "simple" && type.name === "double") return json;
      return Number.isInteger(json) ? BigInt(json) : json;
    case "bigint":
      return json;
    case "string":
      return fromText(json, type);
    case "object":
      break;
    default:
      throw new CelError(`no such overload`);
  }
  if (Array.isArray(json)) {
    return type.kind === "list" ? new JsonList(json, type.element, type.semantics) : new JsonList(json);
  }
  if (isValue(json)) return json;
  const members = json as Readonly<Record<string, unknown>>;
  if (type.kind === "object") return new JsonObject(members, type);
  return new JsonMap(members, type.kind === "map" ? type.value : DYN);
}

function fromText(text: string, type: CelType): CelValue {
  if (type.kind !== "simple") return text;
  if (type.name === "timestamp") return parseTimestamp(text);
  if (type.name === "duration") return parseDuration(text);
  return type.name === "bytes" ? Buffer.from(text, "base64") : text;
}

/** Whether something handed in as JSON is a value of ours already. */
function isValue(object: object): object is Exclude<CelValue, null | boolean | bigint | number | string> {
  return (
    object instanceof Uint8Array ||
    object instanceof Uint ||
    object instanceof Timestamp ||
    object instanceof Duration ||
    object instanceof TypeValue ||
    object instanceof Optional ||
    object instanceof OpaqueValue ||
    object instanceof ValueList ||
    object instanceof JoinedList ||
    object instanceof ValueMap ||
    object instanceof JsonList ||
    object instanceof JsonMap ||
    object instanceof JsonObject
  );
}

/** The value as plain JSON. */
export function toJson(value: CelValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof Timestamp) return timestampText(value);
  if (value instanceof Duration) return durationText(value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof Optional) return value.value === undefined ? null : toJson(value.value);
  if (value instanceof OpaqueValue) return String(value);
  if (isList(value)) return itemsOf(value).map(toJson);
  return Object.fromEntries(Array.from(value.keys(), (key) => [String(toJson(key)), toJson(value.get(key) ?? null)]));
}

/** The items of a list, in an array of their own. */
export function itemsOf(list: CelList): CelValue[] {
  return Array.from({ length: list.size }, (_, index) => list.at(index));
}

export function isList(value: CelValue): value is CelList {
  return typeof value === "object" && value !== null && "list" in value;
}

export function isMap(value: CelValue): value is CelMap {
  return typeof value === "object" && value !== null && "map" in value;
}

/** The name of a value's type, as `type()` gives it. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "double";
    case "string":
      return "string";
    default:
  }
  if (value === null) return "null_type";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Uint) return "uint";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof TypeValue) return "type";
  if (value instanceof Optional) return "optional_type";
  if (value instanceof OpaqueValue) return value.typeName;
  if (isList(value)) return "list";
  return value.typeName ?? "map";
}

function keyText(key: CelValue): string {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "boolean") return `b${key}`;
  if (typeof key === "bigint") return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === "number" && Number.isInteger(key)) return `n${BigInt(key)}`;
  throw new CelError(`unsupported key type: ${typeNameOf(key)}`);
}

/** Whether a runtime value may be passed where the type is asked for. */
export function isOfType(value: CelValue, type: CelType): boolean {
  if (isDyn(type) || type.kind === "parameter") return true;
  switch (type.kind) {
    case "list":
      return isList(value);
    case "map":
      return isMap(value);
    case "object":
      return isMap(value) && (value.typeName === undefined || value.typeName === type.name);
    case "type":
      return value instanceof TypeValue;
    case "opaque":
      return typeNameOf(value) === type.name;
    case "simple":
      return typeNameOf(value).toLowerCase() === simpleRuntimeName(type.name);
  }
}

function simpleRuntimeName(name: string): string {
  return name === "timestamp" || name === "duration" ? `google.protobuf.${name}` : name;
}

const NANOS = 1_000_000_000n;
const MIN_TIME = -62_135_596_800n * NANOS;
const MAX_TIME = 253_402_300_800n * NANOS - 1n;
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2}))?$/;

/** Reads an RFC 3339 time, or a date. Throws CelError. */
export function parseTimestamp(text: string): Timestamp {
  const found = RFC3339.exec(text);
  const seconds = Date.parse(found?.[4] === undefined ? `${text}T00:00:00Z` : text.replace(/\.\d+/, ""));
  if (!found || Number.isNaN(seconds)) throw new CelError(`invalid timestamp ${JSON.stringify(text)}`);
  return checkedTime(BigInt(seconds) * 1_000_000n + BigInt((found[7] ?? "").padEnd(9, "0")));
}

/** A time within the years 1 to 9999. Throws CelError. */
export function checkedTime(nanos: bigint): Timestamp {
  if (nanos < MIN_TIME || nanos > MAX_TIME) throw new CelError("timestamp overflow");
  return new Timestamp(nanos);
}

/** RFC 3339, with as much of the fraction as there is. */
export function timestampText({ nanos }: Timestamp): string {
  const fraction = ((nanos % NANOS) + NANOS) % NANOS;
  const seconds = new Date(Number((nanos - fraction) / 1_000_000n)).toISOString().slice(0, 19);
  return `${seconds}${fractionText(fraction)}Z`;
}

function fractionText(nanos: bigint): string {
  return nanos === 0n ? "" : `.${nanos.toString().padStart(9, "0").replace(/0+$/, "")}`;
}

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: NANOS,
  m: 60n * NANOS,
  h: 3600n * NANOS,
};

/** Reads a duration as Go writes them: `1h30m`, `-0.5s`. Throws CelError. */
export function parseDuration(text: string): Duration {
  const refuse = () => new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  const sign = text.startsWith("-") ? -1n : 1n;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return new Duration(0n);
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(body)) throw refuse();
  let nanos = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of body.matchAll(/(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g)) {
    const size = UNITS[unit] ?? 0n;
    nanos += BigInt(whole || "0") * size;
    if (fraction !== "") nanos += (BigInt(fraction.slice(0, 18)) * size) / 10n ** BigInt(Math.min(18, fraction.length));
  }
  if (nanos > 2n ** 63n) throw refuse();
  return new Duration(sign * nanos);
}

/** Seconds, as protobuf's JSON writes durations and `string()` gives them. */
export function durationText({ nanos }: Duration): string {
  const size = nanos < 0n ? -nanos : nanos;
  return `${nanos < 0n ? "-" : ""}${size / NANOS}${fractionText(size % NANOS)}s`;
}
