/** How the type table spells types: `string`, `*PodSpec`, `[]Container`, `{}string`, `meta/v1.ObjectMeta`. */

/** Types with a JSON form of their own. */
export type Builtin =
  | "string"
  | "bool"
  | "int32"
  | "int64"
  | "float64"
  | "bytes"
  | "quantity"
  | "intOrString"
  | "time"
  | "microTime"
  | "duration"
  | "goDuration"
  | "raw"
  | "fieldsV1"
  | "json"
  | "any"
  | "uid"
  | "nodeName";

/** A type as a field has it. `name` of a `named` type is a key of the table. */
export type TypeRef =
  | { readonly form: "builtin"; readonly name: Builtin }
  | { readonly form: "named"; readonly name: string }
  | { readonly form: "pointer"; readonly of: TypeRef }
  | { readonly form: "list"; readonly of: TypeRef }
  | { readonly form: "map"; readonly of: TypeRef };

/** Reads a type expression found in the table entry of a type of `home` (`core/v1`). */
export function parseTypeRef(text: string, home: string): TypeRef {
  if (text.startsWith("*")) return { form: "pointer", of: parseTypeRef(text.slice(1), home) };
  if (text.startsWith("[]")) return { form: "list", of: parseTypeRef(text.slice(2), home) };
  if (text.startsWith("{}")) return { form: "map", of: parseTypeRef(text.slice(2), home) };
  if (text.includes("/")) return { form: "named", name: text };
  if (/^[A-Z]/.test(text)) return { form: "named", name: `${home}.${text}` };
  return { form: "builtin", name: text as Builtin };
}

const GO_NAMES: Partial<Record<Builtin, string>> = {
  bytes: "[]uint8",
  quantity: "resource.Quantity",
  intOrString: "intstr.IntOrString",
  time: "v1.Time",
  microTime: "v1.MicroTime",
  duration: "v1.Duration",
  goDuration: "time.Duration",
  raw: "runtime.RawExtension",
  fieldsV1: "v1.FieldsV1",
  json: "v1.JSON",
  any: "interface {}",
  uid: "types.UID",
  nodeName: "types.NodeName",
};

/** The Go spelling of a type, which decoding errors name: `[]v1.Container`. Pointers are left out, as Go does. */
export function goTypeName(ref: TypeRef): string {
  switch (ref.form) {
    case "builtin":
      return GO_NAMES[ref.name] ?? ref.name;
    case "named":
      return ref.name.slice(ref.name.indexOf("/") + 1);
    case "pointer":
      return goTypeName(ref.of);
    case "list":
      return `[]${goTypeName(ref.of)}`;
    case "map":
      return `map[string]${goTypeName(ref.of)}`;
  }
}
