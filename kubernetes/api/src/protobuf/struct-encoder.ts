/** Encoders of structs, made once per type from the table of types. Every field is written as gogo-protobuf does. */
import type { FieldInfo, StructInfo, TypeInfo } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";
import { scalarEncoder, type ValueEncoder } from "./encode-scalar.ts";
import { EMPTY_MESSAGES, ITEMS, UNION_FIELDS, WRAPPED_LISTS } from "./wire-form.ts";
import type { WireWriter } from "./wire-writer.ts";

/** Writes the fields of an object's message, without a tag. */
export type StructEncoder = (writer: WireWriter, object: Readonly<Record<string, unknown>>) => void;

/** Finds types by name, as `findType` does. */
export type FindType = (name: string) => TypeInfo | undefined;

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});
type FieldEncoder = StructEncoder;

/** Encoders of all structs that `find` knows, each made when first asked for. The name must be a struct's. */
export function structEncoders(find: FindType): (name: string) => StructEncoder {
  const made = new Map<string, StructEncoder>();

  const encoderOf = (name: string): StructEncoder => {
    const known = made.get(name);
    if (known) return known;
    const info = find(name);
    if (info?.form !== "struct") throw new Error(`not a struct type: ${name}`);
    // Types refer to themselves: what is not made yet is looked up when it is used.
    let fields: readonly FieldEncoder[] | undefined;
    const encoder: StructEncoder = (w, object) => {
      fields ??= fieldEncoders(info);
      for (const field of fields) field(w, object);
    };
    made.set(name, encoder);
    return encoder;
  };

  const fieldEncoders = (info: StructInfo): FieldEncoder[] => {
    const found: { readonly proto: number; readonly encode: FieldEncoder }[] = [];
    const embedded = new Set<string>();
    for (const { type, proto } of info.inlines) {
      const name = type.form === "pointer" ? type.of : type;
      if (name.form !== "named") continue;
      const inner = find(name.name);
      if (inner?.form === "struct") for (const field of inner.fields.keys()) embedded.add(field);
      // An embedded struct is a message of its own on the wire, and part of the outer object in JSON.
      if (proto > 0) found.push({ proto, encode: messageOf(encoderOf(name.name), proto) as FieldEncoder });
    }
    for (const field of info.fields.values()) {
      if (field.proto === 0 || embedded.has(field.name)) continue;
      found.push({ proto: field.proto, encode: fieldEncoder(field, `${info.name}.${field.name}`) });
    }
    return found.sort((a, b) => b.proto - a.proto).map(({ encode }) => encode);
  };

  const fieldEncoder = ({ name, type, proto }: FieldInfo, path: string): FieldEncoder => {
    if (EMPTY_MESSAGES.has(path)) {
      return (w, object) => {
        if (object[name] !== undefined && object[name] !== null) w.close(proto, w.length);
      };
    }
    const nullable = type.form === "pointer" || (type.form === "builtin" && type.name === "bytes");
    const encode = WRAPPED_LISTS.has(path) ? messageOf(valueEncoder(type, ITEMS), proto) : valueEncoder(type, proto);
    if (!nullable) return (w, object) => encode(w, object[name] ?? undefined);
    return (w, object) => {
      const value = object[name];
      if (value !== undefined && value !== null) encode(w, value);
    };
  };

  /** The encoder of a value, which for lists and maps is all of its elements. */
  const valueEncoder = (type: TypeRef, field: number): ValueEncoder => {
    switch (type.form) {
      case "builtin":
        return scalarEncoder(type.name, field);
      case "pointer":
        return valueEncoder(type.of, field);
      case "list": {
        const item = valueEncoder(type.of, field);
        return (w, value) => {
          const list = (value as readonly unknown[] | undefined) ?? [];
          for (let i = list.length - 1; i >= 0; i--) item(w, list[i]);
        };
      }
      case "map":
        return mapEncoder(type.of, field);
      case "named": {
        const info = find(type.name);
        if (info?.form === "string") return scalarEncoder("string", field);
        if (info?.form === "union") return messageOf(unionEncoder(info), field);
        return messageOf(encoderOf(type.name), field);
      }
    }
  };

  const mapEncoder = (of: TypeRef, field: number): ValueEncoder => {
    const inner = valueEncoder(of, of.form === "list" ? ITEMS : 2);
    // A list inside a map has a message around it.
    const encode = of.form === "list" ? messageOf(inner, 2) : inner;
    const nullable = of.form === "builtin" && of.name === "bytes";
    return (w, value) => {
      const map = (value as Readonly<Record<string, unknown>> | undefined) ?? NOTHING;
      for (const key of Object.keys(map).sort().reverse()) {
        const start = w.length;
        const item = map[key] ?? undefined;
        if (item !== undefined || !nullable) encode(w, item);
        const keyStart = w.length;
        w.text(key);
        w.close(1, keyStart);
        w.close(field, start);
      }
    };
  };

  const unionEncoder = (info: Extract<TypeInfo, { form: "union" }>): ValueEncoder => {
    const numbers = UNION_FIELDS[info.name];
    const [object, other] = info.options;
    if (!numbers || !object || !other) throw new Error(`no wire form of ${info.name}`);
    const encodeObject = valueEncoder(object, numbers.object);
    const encodeOther = valueEncoder(other, numbers.other);
    const always = other.form === "builtin"; // a plain bool is always written
    return (w, value) => {
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isObject && numbers.object > numbers.other) encodeObject(w, value);
      if (!isObject || always) encodeOther(w, isObject ? true : (value ?? undefined));
      if (isObject && numbers.object < numbers.other) encodeObject(w, value);
    };
  };

  return encoderOf;
}

function messageOf(encode: StructEncoder | ValueEncoder, field: number): ValueEncoder {
  return (w, value) => {
    const start = w.length;
    encode(w, (value as Readonly<Record<string, unknown>> | undefined) ?? NOTHING);
    w.close(field, start);
  };
}
