/** Decoders of structs, made once per type from the table of types. */
import type { FieldInfo, StructInfo, TypeInfo } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";
import { scalarDecoder, type ValueDecoder } from "./decode-scalar.ts";
import type { FindType } from "./struct-encoder.ts";
import { EMPTY_MESSAGES, ITEMS, UNION_FIELDS, WRAPPED_LISTS } from "./wire-form.ts";
import type { WireReader } from "./wire-reader.ts";

type Target = Record<string, unknown>;

/** Reads a message into an object. Unknown fields are skipped, as protobuf has it. Throws SyntaxError. */
export type StructDecoder = (reader: WireReader, target: Target) => Target;

type FieldDecoder = (reader: WireReader, target: Target) => void;

const MAX_DEPTH = 128;

/** Decoders of all structs that `find` knows, each made when first asked for. The name must be a struct's. */
export function structDecoders(find: FindType): (name: string) => StructDecoder {
  const made = new Map<string, StructDecoder>();
  let depth = 0;

  const decoderOf = (name: string): StructDecoder => {
    const known = made.get(name);
    if (known) return known;
    const info = find(name);
    if (info?.form !== "struct") throw new Error(`not a struct type: ${name}`);
    let fields: ReadonlyMap<number, FieldDecoder> | undefined;
    const decoder: StructDecoder = (reader, target) => {
      fields ??= fieldDecoders(info);
      if (depth > MAX_DEPTH) throw new SyntaxError("proto: nested too deep");
      depth++;
      try {
        while (reader.next()) {
          const field = fields.get(reader.field);
          if (field) field(reader, target);
          else reader.skip();
        }
      } finally {
        depth--;
      }
      return target;
    };
    made.set(name, decoder);
    return decoder;
  };

  const fieldDecoders = (info: StructInfo): ReadonlyMap<number, FieldDecoder> => {
    const fields = new Map<number, FieldDecoder>();
    const embedded = new Set<string>();
    for (const { type, proto } of info.inlines) {
      const name = type.form === "pointer" ? type.of : type;
      if (name.form !== "named") continue;
      const inner = find(name.name);
      if (inner?.form === "struct") for (const field of inner.fields.keys()) embedded.add(field);
      // An embedded struct is a message of its own on the wire, and part of the outer object in JSON.
      if (proto > 0) fields.set(proto, (reader, target) => decoderOf(name.name)(reader.message(), target));
    }
    for (const field of info.fields.values()) {
      if (field.proto > 0 && !embedded.has(field.name))
        fields.set(field.proto, fieldDecoder(field, `${info.name}.${field.name}`));
    }
    return fields;
  };

  const fieldDecoder = ({ name, type }: FieldInfo, path: string): FieldDecoder => {
    if (EMPTY_MESSAGES.has(path)) {
      return (reader, target) => {
        reader.bytes();
        target[name] = {};
      };
    }
    const plain = type.form === "pointer" ? type.of : type;
    if (plain.form === "list" && !WRAPPED_LISTS.has(path)) {
      const { of } = plain;
      const isNumber = of.form === "builtin" && (of.name === "int32" || of.name === "int64");
      const item = valueDecoder(of);
      return (reader, target) => {
        target[name] ??= [];
        const list = target[name] as unknown[];
        if (isNumber) reader.numbers(list);
        else list.push(item(reader));
      };
    }
    if (plain.form === "map") {
      const entry = entryDecoder(plain.of);
      return (reader, target) => {
        target[name] ??= {};
        entry(reader.message(), target[name] as Target);
      };
    }
    const decode = valueDecoder(plain);
    return (reader, target) => {
      target[name] = decode(reader);
    };
  };

  const entryDecoder = (of: TypeRef): ((entry: WireReader, map: Target) => void) => {
    const decode = valueDecoder(of);
    return (entry, map) => {
      let key = "";
      let value: unknown;
      while (entry.next()) {
        if (entry.field === 1) key = entry.text();
        else if (entry.field === 2) value = decode(entry);
        else entry.skip();
      }
      // The key is a client's: it may spell the name of something every object has.
      const descriptor = { value: value ?? emptyOf(of), enumerable: true, writable: true, configurable: true };
      Object.defineProperty(map, key, descriptor);
    };
  };

  const valueDecoder = (type: TypeRef): ValueDecoder => {
    switch (type.form) {
      case "builtin":
        return scalarDecoder(type.name);
      case "pointer":
        return valueDecoder(type.of);
      case "list": {
        // A list inside a map or a list has a message around it.
        const item = valueDecoder(type.of);
        return (reader) => {
          const message = reader.message();
          const list: unknown[] = [];
          while (message.next()) {
            if (message.field === ITEMS) list.push(item(message));
            else message.skip();
          }
          return list;
        };
      }
      case "map": {
        const entry = entryDecoder(type.of);
        return (reader) => {
          const map: Target = {};
          const message = reader.message();
          while (message.next()) entry(message.message(), map);
          return map;
        };
      }
      case "named": {
        const info = find(type.name);
        if (info?.form === "string") return (reader) => reader.text();
        if (info?.form === "union") return unionDecoder(info);
        const decode = decoderOf(type.name);
        return (reader) => decode(reader.message(), {});
      }
    }
  };

  const unionDecoder = (info: Extract<TypeInfo, { form: "union" }>): ValueDecoder => {
    const numbers = UNION_FIELDS[info.name];
    const [object, other] = info.options;
    if (!numbers || !object || !other) throw new Error(`no wire form of ${info.name}`);
    const decodeObject = valueDecoder(object);
    const item = valueDecoder(other.form === "list" ? other.of : other);
    return (reader) => {
      const message = reader.message();
      let held: unknown;
      const list: unknown[] = [];
      while (message.next()) {
        if (message.field === numbers.object) held = decodeObject(message);
        else if (message.field !== numbers.other) message.skip();
        else if (other.form === "list") list.push(item(message));
        else held ??= item(message);
      }
      return held ?? list;
    };
  };

  return decoderOf;
}

function emptyOf(type: TypeRef): unknown {
  if (type.form === "list") return [];
  return type.form === "builtin" && (type.name === "string" || type.name === "bytes") ? "" : null;
}
