/** The types rules see: those of a schema, with names that are no identifiers escaped. */
import { BOOL, BYTES, type CelType, DOUBLE, DURATION, DYN, INT, listOf, STRING, TIMESTAMP } from "../cel/cel-type.ts";
import { tableCelType } from "../cel/table-type.ts";
import { additionalOf, isEmbedded, itemsOf, type Schema } from "./schema.ts";

const KEYWORDS = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** The name of a member as expressions spell it; undefined where it cannot be spelled. */
export function escapeName(name: string): string | undefined {
  if (KEYWORDS.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(name)) return undefined;
  return name
    .replaceAll("__", "__underscores__")
    .replaceAll(".", "__dot__")
    .replaceAll("-", "__dash__")
    .replaceAll("/", "__slash__");
}

const FORMATS: Readonly<Record<string, CelType>> = {
  byte: BYTES,
  duration: DURATION,
  date: TIMESTAMP,
  "date-time": TIMESTAMP,
};

/** What rules see of the metadata of an object. */
const METADATA: Schema = {
  type: "object",
  properties: { name: { type: "string" }, generateName: { type: "string" } },
};

/** The type of values of the schema; undefined where rules cannot see them. `name` is the type's own. */
export function celTypeOf(schema: Schema, name: string, isRoot = false): CelType | undefined {
  if (schema["x-kubernetes-int-or-string"]) return DYN;
  switch (schema.type) {
    case "array": {
      const items = itemsOf(schema);
      const element = items && celTypeOf(items, `${name}.@idx`);
      if (!element) return undefined;
      const kind = schema["x-kubernetes-list-type"];
      const keys = schema["x-kubernetes-list-map-keys"] ?? [];
      if (kind === "set") return { kind: "list", element, semantics: { as: "set" } };
      return kind === "map" ? { kind: "list", element, semantics: { as: "map", keys } } : listOf(element);
    }
    case "object": {
      const additional = additionalOf(schema);
      if (additional) {
        const value = celTypeOf(additional, `${name}.@elem`);
        return value && { kind: "map", key: STRING, value };
      }
      return objectOf(isRoot || isEmbedded(schema) ? withObjectMembers(schema) : schema, name);
    }
    case "string":
      return (schema.format !== undefined && FORMATS[schema.format]) || STRING;
    case "boolean":
      return BOOL;
    case "number":
      return DOUBLE;
    case "integer":
      return INT;
    default:
      return undefined;
  }
}

/** The type of whole objects to those who look at them from outside: with all of their metadata. `name` is the type's own. */
export function wholeCelType(schema: Schema, name: string): CelType {
  const type = celTypeOf(schema, name, true);
  if (type?.kind !== "object") return DYN;
  const metadata = { type: tableCelType("meta/v1.ObjectMeta") };
  return { ...type, field: (field) => (field === "metadata" ? metadata : type.field(field)) };
}

/** The schema with the members every API object has, as rules see them. */
export function withObjectMembers(schema: Schema): Schema {
  const text: Schema = { type: "string" };
  return { ...schema, properties: { ...schema.properties, kind: text, apiVersion: text, metadata: METADATA } };
}

function objectOf({ properties = {} }: Schema, name: string): CelType {
  const members = new Map<string, string>();
  for (const member of Object.keys(properties)) {
    const escaped = escapeName(member);
    if (escaped !== undefined) members.set(escaped, member);
  }
  const known = new Map<string, { type: CelType } | undefined>();
  return {
    kind: "object",
    name,
    fields: () => [...members.keys()],
    member: (field) => members.get(field) ?? field,
    field(field) {
      if (known.has(field)) return known.get(field);
      const member = members.get(field);
      const schema = member === undefined ? undefined : properties[member];
      const type = schema && celTypeOf(schema, `${name}.${field}`);
      const found = type && { type };
      known.set(field, found);
      return found;
    },
  };
}
