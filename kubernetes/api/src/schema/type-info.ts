/** The type table at run time. A type is parsed when it is first asked for, so what is not used costs only its text. */
import { typeTable } from "../generated/type-table.ts";
import { parseTypeRef, type TypeRef } from "./type-ref.ts";

/** One field of a struct, with the markers that patches, apply and OpenAPI follow. */
export interface FieldInfo {
  readonly name: string;
  readonly type: TypeRef;
  /** May be left out of the JSON: an empty value is not written. */
  readonly optional: boolean;
  /** Its protobuf field number. */
  readonly proto: number;
  readonly patchStrategy: readonly string[];
  readonly patchMergeKey?: string | undefined;
  readonly listType?: string | undefined;
  readonly listMapKeys?: readonly string[] | undefined;
  readonly mapType?: string | undefined;
  readonly structType?: string | undefined;
  readonly required: boolean;
  /** The default the API declares, as JSON text. */
  readonly default?: string | undefined;
}

/** A field embedded in a struct: its own fields appear in the JSON as if they were the outer struct's. */
export interface InlineInfo {
  readonly type: TypeRef;
  readonly proto: number;
}

/** What a named type is. */
export type TypeInfo =
  | {
      readonly form: "struct";
      readonly name: string;
      /** All fields by JSON name, those of embedded structs included. */
      readonly fields: ReadonlyMap<string, FieldInfo>;
      readonly inlines: readonly InlineInfo[];
    }
  | { readonly form: "string"; readonly name: string; readonly values: readonly string[] }
  | { readonly form: "union"; readonly name: string; readonly options: readonly TypeRef[] };

/** A struct type. */
export type StructInfo = Extract<TypeInfo, { form: "struct" }>;

/** The types that a table's texts describe, by name; each is parsed when it is first asked for. */
export function openTypes(texts: Readonly<Record<string, string>>): (name: string) => TypeInfo | undefined {
  const parsed = new Map<string, TypeInfo>();
  const find = (name: string): TypeInfo | undefined => {
    const known = parsed.get(name);
    if (known) return known;
    if (!Object.hasOwn(texts, name)) return undefined;
    const info = parseType(name, texts[name] ?? "", find);
    parsed.set(name, info);
    return info;
  };
  return find;
}

/** The type of that name, for example `core/v1.Pod`; undefined where there is none. */
export const findType = openTypes(typeTable);

/** As `findType`, for names that come from the table itself. */
export function typeOf(name: string): TypeInfo {
  const info = findType(name);
  if (!info) throw new Error(`no such type in the table: ${name}`);
  return info;
}

/** The struct of that name. Throws for names of anything else. */
export function structOf(name: string): StructInfo {
  const info = typeOf(name);
  if (info.form !== "struct") throw new Error(`not a struct type: ${name}`);
  return info;
}

/** The type behind any pointers, with the struct it names where it names one. */
export function structBehind(ref: TypeRef): StructInfo | undefined {
  if (ref.form === "pointer") return structBehind(ref.of);
  if (ref.form !== "named") return undefined;
  const info = typeOf(ref.name);
  return info.form === "struct" ? info : undefined;
}

function parseType(name: string, text: string, find: (name: string) => TypeInfo | undefined): TypeInfo {
  const home = name.slice(0, name.indexOf("."));
  if (text.startsWith("=")) {
    return { form: "string", name, values: text === "=" ? [] : text.slice(1).split(",") };
  }
  if (text.startsWith("|")) {
    const options = text.slice(1).split(" ");
    return { form: "union", name, options: options.map((option) => parseTypeRef(option, home)) };
  }
  const fields = new Map<string, FieldInfo>();
  const inlines: InlineInfo[] = [];
  for (const part of text === "" ? [] : text.split(";")) {
    const field = parseField(part, home);
    if (field.name !== "") {
      fields.set(field.name, field);
      continue;
    }
    inlines.push({ type: field.type, proto: field.proto });
    const { type } = field;
    const named = type.form === "pointer" ? type.of : type;
    const embedded = named.form === "named" ? find(named.name) : undefined;
    if (embedded?.form === "struct") for (const inner of embedded.fields.values()) fields.set(inner.name, inner);
  }
  return { form: "struct", name, fields, inlines };
}

function parseField(text: string, home: string): FieldInfo {
  const [label = "", type = "", proto = "", ...markers] = text.split(" ");
  const marker = new Map(markers.map((item) => [item.slice(0, 2), item.slice(3)]));
  const optional = label.endsWith("?");
  const declared = marker.get("df");
  return {
    name: optional ? label.slice(0, -1) : label,
    type: parseTypeRef(type, home),
    optional,
    proto: Number(proto),
    patchStrategy: marker.get("ps")?.split(",") ?? [],
    patchMergeKey: marker.get("pk"),
    listType: marker.get("lt"),
    listMapKeys: marker.get("lk")?.split(","),
    mapType: marker.get("mt"),
    structType: marker.get("st"),
    required: marker.has("rq"),
    default: declared === undefined ? undefined : decodeURIComponent(declared),
  };
}
