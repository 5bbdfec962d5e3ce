/** The types of built-in kinds, as expressions see them. */
import { findType, type StructInfo } from "../schema/type-info.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";
import { escapeName } from "../structural/cel-type.ts";
import { BOOL, BYTES, type CelType, DOUBLE, DYN, INT, listOf, mapOf, STRING, TIMESTAMP } from "./cel-type.ts";

const BUILTINS: Readonly<Record<Builtin, CelType>> = {
  string: STRING,
  uid: STRING,
  nodeName: STRING,
  quantity: STRING,
  duration: STRING,
  bool: BOOL,
  int32: INT,
  int64: INT,
  goDuration: INT,
  float64: DOUBLE,
  bytes: BYTES,
  time: TIMESTAMP,
  microTime: TIMESTAMP,
  intOrString: DYN,
  raw: DYN,
  fieldsV1: DYN,
  json: DYN,
  any: DYN,
};

const made = new Map<string, CelType>();

/** The type behind a name of the table of types, such as `apps/v1.Deployment`; `dyn` where the table has none. */
export function tableCelType(typeName: string): CelType {
  let type = made.get(typeName);
  if (!type) {
    const info = findType(typeName);
    type = info?.form === "struct" ? structType(info) : info?.form === "string" ? STRING : DYN;
    made.set(typeName, type);
  }
  return type;
}

// Types refer to themselves: what a field is like is found when it is asked for.
function structType({ name, fields }: StructInfo): CelType {
  const members = new Map<string, string>();
  for (const member of fields.keys()) {
    const escaped = escapeName(member);
    if (escaped !== undefined) members.set(escaped, member);
  }
  return {
    kind: "object",
    name,
    field(escaped) {
      const field = fields.get(members.get(escaped) ?? "");
      return field && { type: typeOfReference(field.type) };
    },
    member: (escaped) => members.get(escaped) ?? escaped,
    fields: () => [...members.keys()],
  };
}

function typeOfReference(reference: TypeRef): CelType {
  switch (reference.form) {
    case "builtin":
      return BUILTINS[reference.name];
    case "named":
      return tableCelType(reference.name);
    case "pointer":
      return typeOfReference(reference.of);
    case "list":
      return listOf(typeOfReference(reference.of));
    case "map":
      return mapOf(STRING, typeOfReference(reference.of));
  }
}
