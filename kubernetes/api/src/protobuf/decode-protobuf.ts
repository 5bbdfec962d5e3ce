/** Turns `application/vnd.kubernetes.protobuf` bodies into the JSON values `decodeObject` checks. */
import { type FieldInfo, type StructInfo, structOf, typeOf } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";
import { bytesOf, decodeScalar, decodeText } from "./decode-scalar.ts";
import { readFields, readPacked, type WireField } from "./wire-reader.ts";

/** What every body begins with. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00];
const MAX_DEPTH = 128;

/** A body opened: which kind its sender says it is, and the message inside. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly message: Uint8Array;
}

/** Opens the envelope around an object. Throws SyntaxError where there is none. */
export function openProtobuf(body: Uint8Array): ProtobufEnvelope {
  if (!MAGIC.every((byte, i) => body[i] === byte)) {
    throw new SyntaxError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
  }
  let apiVersion = "";
  let kind = "";
  let message: Uint8Array = new Uint8Array();
  for (const part of readFields(body.subarray(MAGIC.length))) {
    if (part.field === 2) message = bytesOf(part);
    if (part.field !== 1) continue;
    for (const meta of readFields(bytesOf(part))) {
      if (meta.field === 1) apiVersion = decodeText(bytesOf(meta));
      else if (meta.field === 2) kind = decodeText(bytesOf(meta));
    }
  }
  return { apiVersion, kind, message };
}

/** The JSON value of a message of the type `typeName`. Unknown fields are skipped, as protobuf has it. Throws SyntaxError. */
export function decodeProtobuf(message: Uint8Array, typeName: string): Record<string, unknown> {
  return decodeStruct(structOf(typeName), message, {}, 0);
}

type Target = Record<string, unknown>;
type Member = { readonly embedded: StructInfo } | { readonly field: FieldInfo };

function decodeStruct(info: StructInfo, message: Uint8Array, target: Target, depth: number): Target {
  if (depth > MAX_DEPTH) throw new SyntaxError("proto: nested too deep");
  const members = membersOf(info);
  for (const wire of readFields(message)) {
    const member = members.get(wire.field);
    if (!member) continue;
    // An embedded struct is a message of its own on the wire, and part of the outer object in JSON.
    if ("embedded" in member) decodeStruct(member.embedded, bytesOf(wire), target, depth + 1);
    else decodeField(member.field, wire, target, depth);
  }
  return target;
}

function decodeField({ name, type }: FieldInfo, wire: WireField, target: Target, depth: number): void {
  const plain = type.form === "pointer" ? type.of : type;
  if (plain.form === "list") {
    target[name] ??= [];
    const list = target[name] as unknown[];
    const { of } = plain;
    if (of.form === "builtin" && (of.name === "int32" || of.name === "int64") && "bytes" in wire) {
      for (const number of readPacked(wire.bytes)) list.push(Number(number));
    } else list.push(decodeValue(of, wire, depth));
  } else if (plain.form === "map") {
    target[name] ??= {};
    decodeEntry(plain.of, bytesOf(wire), target[name] as Target, depth);
  } else target[name] = decodeValue(plain, wire, depth);
}

function decodeEntry(of: TypeRef, entry: Uint8Array, map: Target, depth: number): void {
  let key = "";
  let value: unknown;
  for (const part of readFields(entry)) {
    if (part.field === 1) key = decodeText(bytesOf(part));
    else if (part.field === 2) value = decodeValue(of, part, depth);
  }
  Object.defineProperty(map, key, {
    value: value ?? emptyOf(of),
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function decodeValue(type: TypeRef, wire: WireField, depth: number): unknown {
  switch (type.form) {
    case "builtin":
      return decodeScalar(type.name, wire);
    case "pointer":
      return decodeValue(type.of, wire, depth);
    case "list": {
      // A list inside a map or a list has a message around it.
      const { of } = type;
      return Array.from(readFields(bytesOf(wire)), (item) => decodeValue(of, item, depth + 1));
    }
    case "map": {
      const map: Target = {};
      for (const entry of readFields(bytesOf(wire))) decodeEntry(type.of, bytesOf(entry), map, depth + 1);
      return map;
    }
    case "named": {
      const info = typeOf(type.name);
      if (info.form === "struct") return decodeStruct(info, bytesOf(wire), {}, depth + 1);
      if (info.form === "string") return decodeText(bytesOf(wire));
      throw new SyntaxError(`proto: ${type.name} is read as JSON only`);
    }
  }
}

function emptyOf(type: TypeRef): unknown {
  if (type.form === "list") return [];
  return type.form === "builtin" && (type.name === "string" || type.name === "bytes") ? "" : null;
}

const known = new WeakMap<StructInfo, ReadonlyMap<number, Member>>();

function membersOf(info: StructInfo): ReadonlyMap<number, Member> {
  const before = known.get(info);
  if (before) return before;
  const members = new Map<number, Member>();
  const embeddedNames = new Set<string>();
  for (const inline of info.inlines) {
    if (inline.type.form !== "named") continue;
    const embedded = structOf(inline.type.name);
    for (const name of embedded.fields.keys()) embeddedNames.add(name);
    if (inline.proto > 0) members.set(inline.proto, { embedded });
  }
  for (const field of info.fields.values()) {
    if (field.proto > 0 && !embeddedNames.has(field.name)) members.set(field.proto, { field });
  }
  known.set(info, members);
  return members;
}
