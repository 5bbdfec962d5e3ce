/** The protobuf form of values whose types are built in. */
import type { Builtin } from "../schema/type-ref.ts";
import { parseGoDuration } from "./go-duration.ts";
import { FIXED64, VARINT, type WireWriter } from "./wire-writer.ts";

/** Writes one value, its tag included. */
export type ValueEncoder = (writer: WireWriter, value: unknown) => void;

/** The encoder of a built-in type under a field number. `undefined` is written as the type's zero. Throws SyntaxError where there is no wire form. */
export function scalarEncoder(type: Builtin, field: number): ValueEncoder {
  switch (type) {
    case "string":
    case "uid":
    case "nodeName":
      return (w, value) => {
        const start = w.length;
        w.text((value as string | undefined) ?? "");
        w.close(field, start);
      };
    case "bool":
      return (w, value) => {
        w.varint(value === true ? 1 : 0);
        w.tag(field, VARINT);
      };
    case "int32":
    case "int64":
    case "goDuration":
      return (w, value) => {
        w.varint((value as number | undefined) ?? 0);
        w.tag(field, VARINT);
      };
    case "float64":
      return (w, value) => {
        w.double((value as number | undefined) ?? 0);
        w.tag(field, FIXED64);
      };
    case "bytes":
      return (w, value) => {
        const start = w.length;
        w.bytes(Buffer.from((value as string | undefined) ?? "", "base64"));
        w.close(field, start);
      };
    default:
      return message(field, messageWriter(type));
  }
}

function message(field: number, write: ValueEncoder): ValueEncoder {
  return (w, value) => {
    const start = w.length;
    write(w, value);
    w.close(field, start);
  };
}

/** Writes the fields of a built-in type that is a message on the wire. */
function messageWriter(type: Builtin): ValueEncoder {
  switch (type) {
    case "quantity":
      return (w, value) => {
        const start = w.length;
        w.text(String(value ?? "0"));
        w.close(1, start);
      };
    case "intOrString":
      return writeIntOrString;
    case "time":
      return (w, value) => writeTime(w, value, 0);
    case "microTime":
      return (w, value) => writeTime(w, value, microsecondsOf(value));
    case "duration":
      return (w, value) => {
        w.varint(Number(parseGoDuration((value as string | undefined) ?? "0s")));
        w.tag(1, VARINT);
      };
    case "raw":
    case "fieldsV1":
    case "json":
      return (w, value) => {
        if (value === undefined || (value === null && type !== "json")) return;
        const start = w.length;
        w.text(JSON.stringify(value));
        w.close(1, start);
      };
    default:
      throw new SyntaxError(`proto: no wire form of ${type}`);
  }
}

function writeIntOrString(w: WireWriter, value: unknown): void {
  const isText = typeof value === "string";
  const start = w.length;
  if (isText) w.text(value);
  w.close(3, start);
  w.varint(typeof value === "number" ? value : 0);
  w.tag(2, VARINT);
  w.varint(isText ? 1 : 0);
  w.tag(1, VARINT);
}

/** The zero time, which JSON spells null, is an empty message. */
function writeTime(w: WireWriter, value: unknown, microseconds: number): void {
  if (typeof value !== "string") return;
  w.varint(microseconds * 1000);
  w.tag(2, VARINT);
  w.varint(Math.floor(Date.parse(value) / 1000));
  w.tag(1, VARINT);
}

function microsecondsOf(value: unknown): number {
  const fraction = typeof value === "string" ? /\.(\d+)/.exec(value)?.[1] : undefined;
  return fraction === undefined ? 0 : Number(fraction.padEnd(6, "0").slice(0, 6));
}
