/** The JSON form of protobuf values whose types are built in. */
import type { Builtin } from "../schema/type-ref.ts";
import { goDuration } from "./go-duration.ts";
import { decodeText, type WireReader } from "./wire-reader.ts";

/** Reads the value of the field a reader stands at. */
export type ValueDecoder = (reader: WireReader) => unknown;

/** The decoder of a built-in type; what it gives is for `decodeObject` to check. Throws SyntaxError where the bytes do not spell one. */
export function scalarDecoder(type: Builtin): ValueDecoder {
  switch (type) {
    case "string":
    case "uid":
    case "nodeName":
      return (reader) => reader.text();
    case "bool":
      return (reader) => reader.bool();
    case "int32":
    case "int64":
    case "goDuration":
      return (reader) => reader.number();
    case "float64":
      return (reader) => reader.double();
    case "bytes":
      return (reader) => asBuffer(reader.bytes()).toString("base64");
    case "quantity":
      return (reader) => firstText(reader.message());
    case "intOrString":
      return (reader) => decodeIntOrString(reader.message());
    case "time":
      return (reader) => decodeTime(reader.message(), false);
    case "microTime":
      return (reader) => decodeTime(reader.message(), true);
    case "duration":
      return (reader) => decodeDuration(reader.message());
    case "raw":
    case "fieldsV1":
    case "json":
      return (reader) => decodeJson(reader.message());
    default:
      return () => {
        throw new SyntaxError(`proto: no wire form of ${type}`);
      };
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function firstText(reader: WireReader): string {
  let text = "";
  while (reader.next()) {
    if (reader.field === 1) text = reader.text();
    else reader.skip();
  }
  return text;
}

function decodeJson(reader: WireReader): unknown {
  let bytes: Uint8Array = new Uint8Array();
  while (reader.next()) {
    if (reader.field === 1) bytes = reader.bytes();
    else reader.skip();
  }
  return bytes.length === 0 ? null : JSON.parse(decodeText(bytes));
}

function decodeIntOrString(reader: WireReader): number | string {
  let isText = false;
  let number = 0;
  let text = "";
  while (reader.next()) {
    if (reader.field === 1) isText = reader.number() === 1;
    else if (reader.field === 2) number = reader.number();
    else if (reader.field === 3) text = reader.text();
    else reader.skip();
  }
  return isText ? text : number;
}

/** An empty message is the zero time, which JSON spells null. */
function decodeTime(reader: WireReader, micro: boolean): string | null {
  let seconds: number | undefined;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.number();
    else if (reader.field === 2) nanos = reader.number();
    else reader.skip();
  }
  if (seconds === undefined && nanos === 0) return null;
  const time = new Date((seconds ?? 0) * 1000);
  // JSON has years of four digits.
  if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 0 || time.getUTCFullYear() > 9999) {
    throw new SyntaxError("proto: time out of range");
  }
  const toSeconds = time.toISOString().slice(0, -5);
  return micro ? `${toSeconds}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z` : `${toSeconds}Z`;
}

function decodeDuration(reader: WireReader): string {
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1) nanos = reader.number();
    else reader.skip();
  }
  return goDuration(BigInt(nanos));
}
