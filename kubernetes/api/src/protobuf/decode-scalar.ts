/** The JSON form of protobuf values whose types are built in. */
import type { Builtin } from "../schema/type-ref.ts";
import { readFields, type WireField } from "./wire-reader.ts";

const text = new TextDecoder("utf-8", { fatal: true });

/** The value of one field of a built-in type. Throws SyntaxError where the bytes do not spell one. */
export function decodeScalar(type: Builtin, wire: WireField): unknown {
  switch (type) {
    case "string":
    case "uid":
    case "nodeName":
      return decodeText(bytesOf(wire));
    case "bool":
      return numberOf(wire) !== 0n;
    case "int32":
    case "int64":
    case "goDuration":
      return Number(numberOf(wire));
    case "float64":
      return decodeDouble(numberOf(wire));
    case "bytes":
      return Buffer.from(bytesOf(wire)).toString("base64");
    case "quantity":
      return decodeText(inner(wire, 1));
    case "intOrString":
      return decodeIntOrString(bytesOf(wire));
    case "time":
      return decodeTime(bytesOf(wire), false);
    case "microTime":
      return decodeTime(bytesOf(wire), true);
    case "duration":
      return decodeDuration(bytesOf(wire));
    case "raw":
    case "fieldsV1":
    case "json":
      return decodeJson(inner(wire, 1));
    default:
      throw new SyntaxError(`proto: no wire form of ${type}`);
  }
}

/** UTF-8 as a string. Throws SyntaxError where it is none. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return text.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new SyntaxError("proto: invalid UTF-8 in a string");
    throw error;
  }
}

/** The bytes of a length-delimited field. */
export function bytesOf(wire: WireField): Uint8Array {
  if ("bytes" in wire) return wire.bytes;
  throw new SyntaxError("proto: wrong wireType");
}

function numberOf(wire: WireField): bigint {
  if ("number" in wire) return wire.number;
  throw new SyntaxError("proto: wrong wireType");
}

function inner(wire: WireField, field: number): Uint8Array {
  for (const part of readFields(bytesOf(wire))) if (part.field === field) return bytesOf(part);
  return new Uint8Array();
}

function decodeJson(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? null : JSON.parse(decodeText(bytes));
}

function decodeDouble(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return view.getFloat64(0);
}

function decodeIntOrString(bytes: Uint8Array): number | string {
  let isText = false;
  let number = 0;
  let string = "";
  for (const part of readFields(bytes)) {
    if (part.field === 1) isText = numberOf(part) === 1n;
    else if (part.field === 2) number = Number(numberOf(part));
    else if (part.field === 3) string = decodeText(bytesOf(part));
  }
  return isText ? string : number;
}

/** An empty message is the zero time, which JSON spells null. */
function decodeTime(bytes: Uint8Array, micro: boolean): string | null {
  if (bytes.length === 0) return null;
  let seconds = 0;
  let nanos = 0;
  for (const part of readFields(bytes)) {
    if (part.field === 1) seconds = Number(numberOf(part));
    else if (part.field === 2) nanos = Number(numberOf(part));
  }
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) throw new SyntaxError("proto: time out of range");
  const toSeconds = time.toISOString().slice(0, -5);
  return micro ? `${toSeconds}.${String(Math.floor(nanos / 1000)).padStart(6, "0")}Z` : `${toSeconds}Z`;
}

function decodeDuration(bytes: Uint8Array): string {
  let nanos = 0n;
  for (const part of readFields(bytes)) if (part.field === 1) nanos = numberOf(part);
  const seconds = nanos / 1_000_000_000n;
  const rest = nanos % 1_000_000_000n;
  return rest === 0n ? `${seconds}s` : `${nanos}ns`;
}
