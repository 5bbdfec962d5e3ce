/**
 * Messages as protobuf (proto3) and back, driven by tables. Maps are of strings to strings (others can be told as repeated messages of a
 * key and a value), enumerations are their names, 64-bit integers are numbers (beyond 2^53 rounded to what a number can hold).
 */
import { type Cursor, endOfField, readVarint, skip, tagOf, varint, wire } from "./varint.ts";
import type { EnumTable, FieldEntry, MessageTable } from "./wire-tables.ts";

/** What a codec knows. */
export interface CodecTables {
  readonly messages: MessageTable;
  readonly enums: EnumTable;
}

/** Reads and writes the messages of one protocol. */
export interface Codec {
  /**
   * The bytes of a message. What has the value that proto3 reads from nothing is left out, as every encoder does. Throws a RangeError for
   * a message the tables do not have, and for a value its field cannot have.
   */
  encode(name: string, message: object): Buffer;
  /**
   * A message from its bytes. Unknown fields are skipped, enumerations are always filled in, other missing fields where the
   * message is a whole one. Throws a RangeError on malformed input and on a value that an enumeration does not have.
   */
  decode(name: string, bytes: Uint8Array): object;
}

type Fields = Record<string, unknown>;

/** No message of the protocols spoken here nests deeper than this. */
const MAX_DEPTH = 16;
const VARINTS: ReadonlySet<string> = new Set(["bool", "int32", "int64", "uint32", "uint64"]);

interface Layout {
  readonly byId: ReadonlyMap<number, readonly [string, FieldEntry]>;
  empty(): Fields;
}

/** Makes the codec of a protocol. */
export function createCodec({ messages, enums }: CodecTables): Codec {
  function encode(name: string, message: object): Buffer {
    const chunks: Uint8Array[] = [];
    for (const [key, entry] of Object.entries(tableOf(name).fields))
      encodeField(chunks, entry, (message as Fields)[key], `${name}.${key}`);
    return Buffer.concat(chunks);
  }

  function encodeField(chunks: Uint8Array[], [id, type, kind]: FieldEntry, value: unknown, where: string): void {
    if (value === undefined || value === null) return;
    if (kind === "map") {
      for (const [key, one] of Object.entries(value)) {
        const entry = [scalarField(1, Buffer.from(key)), scalarField(2, Buffer.from(String(one)))];
        chunks.push(scalarField(id, Buffer.concat(entry)));
      }
    } else if (kind === "repeated") {
      const all = value as readonly unknown[];
      if (all.length === 0) return;
      if (VARINTS.has(type)) chunks.push(scalarField(id, Buffer.concat(all.map((one) => varint(Number(one))))));
      else for (const one of all) chunks.push(scalarField(id, content(type, one)));
    } else if (VARINTS.has(type)) {
      const number = Number(value);
      if (number !== 0) chunks.push(tagOf(id, wire.varint), varint(number));
    } else if (type === "double") {
      if (value === 0) return;
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(Number(value));
      chunks.push(tagOf(id, wire.fixed64), bytes);
    } else if (enumOf(type)) {
      const number = enumOf(type)?.[String(value)];
      if (number === undefined) throw new RangeError(`Cannot encode ${where}: no value of ${type}: ${String(value)}`);
      if (number !== 0) chunks.push(tagOf(id, wire.varint), varint(number));
    } else {
      const bytes = content(type, value);
      // A message that is there means something though it is empty.
      if (bytes.length > 0 || isMessage(type)) chunks.push(scalarField(id, bytes));
    }
  }

  function content(type: string, value: unknown): Uint8Array {
    if (type === "string") return Buffer.from(String(value));
    return type === "bytes" ? (value as Uint8Array) : encode(type, value as object);
  }

  function decode(name: string, bytes: Uint8Array): object {
    const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return decodeAt(name, { input, at: 0 }, input.length, 0);
  }

  function decodeAt(name: string, cursor: Cursor, end: number, depth: number): Fields {
    if (depth > MAX_DEPTH) throw new RangeError("Cannot decode a message: it nests too deep");
    const { byId, empty } = layoutOf(name);
    const result = empty();
    while (cursor.at < end) {
      const tag = readVarint(cursor);
      const known = byId.get(Math.floor(tag / 8));
      if (!known) {
        skip(cursor, tag % 8);
        continue;
      }
      const [key, [, type, kind]] = known;
      const packed = kind === "repeated" && tag % 8 === wire.bytes && VARINTS.has(type);
      if (kind === "map") {
        const into = (result[key] ?? {}) as Record<string, string>;
        result[key] = into;
        readEntry(cursor, into);
      } else if (packed) {
        const list = listIn(result, key);
        for (const stop = endOfField(cursor); cursor.at < stop; ) list.push(readValue(type, cursor, depth));
      } else {
        const value = readValue(type, cursor, depth);
        if (kind === "repeated") listIn(result, key).push(value);
        else result[key] = value;
      }
    }
    if (cursor.at !== end) throw new RangeError(`Cannot decode ${name}: a field reaches beyond its end`);
    return result;
  }

  function readValue(type: string, cursor: Cursor, depth: number): unknown {
    if (type === "string") return readBytes(cursor).toString();
    if (type === "bytes") return Uint8Array.prototype.slice.call(readBytes(cursor));
    if (type === "bool") return readVarint(cursor) !== 0;
    if (VARINTS.has(type)) {
      const number = readVarint(cursor);
      return type === "uint64" && number < 0 ? number + 2 ** 64 : number;
    }
    if (type === "double") {
      cursor.at += 8;
      return cursor.input.readDoubleLE(cursor.at - 8);
    }
    if (enumOf(type)) return nameIn(type, readVarint(cursor));
    const end = endOfField(cursor);
    return decodeAt(type, cursor, end, depth + 1);
  }

  function nameIn(type: string, number: number): string {
    const found = Object.entries(enumOf(type) ?? {}).find(([, value]) => value === number);
    if (!found) throw new RangeError(`Cannot decode a message: ${type} has no value ${number}`);
    return found[0];
  }

  const layouts = new Map<string, Layout>();

  function layoutOf(name: string): Layout {
    const known = layouts.get(name);
    if (known) return known;
    const { whole, fields } = tableOf(name);
    const entries = Object.entries(fields);
    const filled = entries.filter(([, [, type, kind]]) =>
      whole ? kind !== undefined || !isMessage(type) : kind === undefined && enumOf(type),
    );
    const layout: Layout = {
      byId: new Map(entries.map(([key, entry]) => [entry[0], [key, entry]])),
      empty: () => Object.fromEntries(filled.map(([key, entry]) => [key, zeroOf(entry)])),
    };
    layouts.set(name, layout);
    return layout;
  }

  function zeroOf([, type, kind]: FieldEntry): unknown {
    if (kind === "map") return {};
    if (kind === "repeated") return [];
    if (type === "string") return "";
    if (type === "bytes") return new Uint8Array();
    if (type === "bool") return false;
    return enumOf(type) ? nameIn(type, 0) : 0;
  }

  function enumOf(type: string): Readonly<Record<string, number>> | undefined {
    return enums[type];
  }

  function isMessage(type: string): boolean {
    return Object.hasOwn(messages, type);
  }

  function tableOf(name: string): MessageTable[string] {
    const found = messages[name];
    if (!found) throw new RangeError(`Cannot encode or decode ${name}: there is no such message`);
    return found;
  }

  return { encode, decode };
}

function scalarField(id: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([tagOf(id, wire.bytes), varint(bytes.length), bytes]);
}

function listIn(result: Fields, key: string): unknown[] {
  const list = (result[key] ?? []) as unknown[];
  result[key] = list;
  return list;
}

function readEntry(cursor: Cursor, into: Record<string, string>): void {
  const end = endOfField(cursor);
  const entry = ["", ""];
  while (cursor.at < end) {
    const tag = readVarint(cursor);
    const id = Math.floor(tag / 8);
    if (id === 1 || id === 2) entry[id - 1] = readBytes(cursor).toString();
    else skip(cursor, tag % 8);
  }
  const [key = "", value = ""] = entry;
  // Not by assignment, which gives "__proto__" a meaning.
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true });
}

function readBytes(cursor: Cursor): Buffer {
  const end = endOfField(cursor);
  const bytes = cursor.input.subarray(cursor.at, end);
  cursor.at = end;
  return bytes;
}
