/** Protobuf (proto3) for the few kinds of fields the etcd API has, driven by its table of fields. */
import { type Messages, schema } from "./generated/etcd-api.ts";

/** Fields of each message. A type that is none of the scalars names a message. */
export type Schema = Readonly<Record<string, Readonly<Record<string, FieldFacts>>>>;

interface FieldFacts {
  readonly id: number;
  readonly type: string;
  readonly repeated?: true;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** The bytes of a message. A field is written when it has a value, zero included: some fields mean something by being there. */
export function encode<K extends keyof Messages>(name: K, message: Messages[K]): Buffer {
  const chunks: Uint8Array[] = [];
  encodeInto(chunks, name, message as Readonly<Record<string, unknown>>);
  return Buffer.concat(chunks);
}

/** A message from its bytes: missing scalars are zero, missing lists empty, unknown fields skipped. Throws on malformed input. */
export function decode<K extends keyof Messages>(name: K, bytes: Uint8Array): Messages[K] {
  const input = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decodeAt(name, { input, at: 0 }, input.length) as unknown as Messages[K];
}

function encodeInto(chunks: Uint8Array[], name: string, message: Readonly<Record<string, unknown>>): void {
  for (const [key, { id, type }] of Object.entries((schema as Schema)[name] ?? {})) {
    const value = message[key];
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const bytes = lengthDelimited(type, one);
      chunks.push(varint(id * 8 + (bytes ? BYTES : VARINT)));
      if (bytes) chunks.push(varint(bytes.length), bytes);
      else chunks.push(varint(Number(one)));
    }
  }
}

/** The content of a field that carries its length, or undefined for a number. */
function lengthDelimited(type: string, value: unknown): Uint8Array | undefined {
  if (typeof value === "number" || typeof value === "boolean") return undefined;
  if (typeof value === "string") return Buffer.from(value);
  return value instanceof Uint8Array ? value : encode(type as keyof Messages, value as never);
}

function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Cannot encode ${value}: not a natural number`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

interface Cursor {
  readonly input: Buffer;
  at: number;
}

interface Layout {
  readonly byId: ReadonlyMap<number, { readonly name: string; readonly field: FieldFacts }>;
  empty(): Record<string, unknown>;
}

const layouts = new Map<string, Layout>();

function layoutOf(message: string): Layout {
  const known = layouts.get(message);
  if (known) return known;
  const fields = Object.entries((schema as Schema)[message] ?? {});
  const layout: Layout = {
    byId: new Map(fields.map(([name, field]) => [field.id, { name, field }])),
    empty: () => Object.fromEntries(fields.map(([name, field]) => [name, zeroOf(field)])),
  };
  layouts.set(message, layout);
  return layout;
}

function zeroOf({ type, repeated }: FieldFacts): unknown {
  if (repeated) return [];
  if (type === "string") return "";
  if (type === "bytes") return new Uint8Array();
  if (type === "bool") return false;
  return type === "int64" || type === "uint64" || type === "enum" ? 0 : undefined;
}

function decodeAt(message: string, cursor: Cursor, end: number): Record<string, unknown> {
  const { byId, empty } = layoutOf(message);
  const result = empty();
  while (cursor.at < end) {
    const tag = readVarint(cursor);
    const known = byId.get(Math.floor(tag / 8));
    if (!known) {
      skip(cursor, tag % 8);
      continue;
    }
    const value = readField(known.field.type, cursor);
    if (known.field.repeated) (result[known.name] as unknown[]).push(value);
    else result[known.name] = value;
  }
  return result;
}

function readField(type: string, cursor: Cursor): unknown {
  if (type === "int64" || type === "uint64" || type === "enum") return readVarint(cursor);
  if (type === "bool") return readVarint(cursor) !== 0;
  const end = endOfField(cursor);
  if (type !== "string" && type !== "bytes") return decodeAt(type, cursor, end);
  const bytes = cursor.input.subarray(cursor.at, end);
  cursor.at = end;
  // A value is kept for long: its own copy, so that it does not keep the message it came in.
  return type === "string" ? bytes.toString() : Uint8Array.prototype.slice.call(bytes);
}

function endOfField(cursor: Cursor): number {
  const length = readVarint(cursor);
  const end = cursor.at + length;
  if (end > cursor.input.length) throw new RangeError("Cannot decode a message: a field reaches beyond its end");
  return end;
}

/** A varint as a signed 64-bit number; identifiers beyond 2^53 come out rounded, and are not used. */
function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.input[cursor.at++];
    if (byte === undefined) throw new RangeError("Cannot decode a message: it ends within a number");
    if (shift < 28) low += (byte & 127) * 2 ** shift;
    else high += (byte & 127) * 2 ** (shift - 28);
    if (byte < 128) {
      const signed = high >= 2 ** 35 ? high - 2 ** 36 : high;
      return signed * 2 ** 28 + low;
    }
  }
  throw new RangeError("Cannot decode a message: a number is longer than ten bytes");
}

function skip(cursor: Cursor, wireType: number): void {
  if (wireType === VARINT) readVarint(cursor);
  else if (wireType === BYTES) cursor.at = endOfField(cursor);
  else if (wireType === FIXED64) cursor.at += 8;
  else if (wireType === FIXED32) cursor.at += 4;
  else throw new RangeError(`Cannot decode a message: unknown wire type ${wireType}`);
}
