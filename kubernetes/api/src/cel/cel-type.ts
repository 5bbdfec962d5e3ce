/** The types of the Common Expression Language, with those Kubernetes adds. */

/** A field of an object type. */
export interface ObjectField {
  readonly type: CelType;
}

/** A type. `parameter` stands for any type in the signature of a function. */
export type CelType =
  | { readonly kind: "simple"; readonly name: SimpleName }
  | {
      readonly kind: "list";
      readonly element: CelType;
      readonly semantics?: ListSemantics | undefined;
      readonly maxItems?: number | undefined;
    }
  | { readonly kind: "map"; readonly key: CelType; readonly value: CelType; readonly maxItems?: number | undefined }
  | {
      readonly kind: "object";
      readonly name: string;
      /** The field of that (escaped) name. */
      field(name: string): ObjectField | undefined;
      /** The JSON member behind an escaped name; the name itself where left out. */
      member?(name: string): string;
      readonly fields: () => readonly string[];
    }
  | { readonly kind: "opaque"; readonly name: string; readonly parameters: readonly CelType[] }
  | { readonly kind: "type"; readonly of: CelType | undefined }
  | { readonly kind: "parameter"; readonly name: string };

/** How lists of a schema are compared and added: as sets, or as maps by their keys. */
export type ListSemantics = { readonly as: "set" } | { readonly as: "map"; readonly keys: readonly string[] };

/** The types without structure. `dyn` is known only at run time. */
export type SimpleName =
  | "dyn"
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "null_type"
  | "timestamp"
  | "duration"
  | "error";

const simple = (name: SimpleName): CelType => ({ kind: "simple", name });

export const DYN: CelType = simple("dyn");
export const BOOL: CelType = simple("bool");
export const INT: CelType = simple("int");
export const UINT: CelType = simple("uint");
export const DOUBLE: CelType = simple("double");
export const STRING: CelType = simple("string");
export const BYTES: CelType = simple("bytes");
export const NULL: CelType = simple("null_type");
export const TIMESTAMP: CelType = simple("timestamp");
export const DURATION: CelType = simple("duration");
export const ERROR: CelType = simple("error");
export const TYPE: CelType = { kind: "type", of: undefined };

/** `list(element)`. */
export function listOf(element: CelType): CelType {
  return { kind: "list", element };
}

/** `map(key, value)`. */
export function mapOf(key: CelType, value: CelType): CelType {
  return { kind: "map", key, value };
}

/** A type with a name and no fields, such as `kubernetes.Quantity`. */
export function opaque(name: string, ...parameters: readonly CelType[]): CelType {
  return { kind: "opaque", name, parameters };
}

/** `optional_type(value)`. */
export function optionalOf(value: CelType): CelType {
  return opaque("optional_type", value);
}

/** A type parameter of a function's signature. */
export function parameter(name: string): CelType {
  return { kind: "parameter", name };
}

/** An object whose fields are known. */
export function objectType(name: string, fields: Readonly<Record<string, CelType>>): CelType {
  return {
    kind: "object",
    name,
    field: (field) => (Object.hasOwn(fields, field) ? { type: fields[field] as CelType } : undefined),
    fields: () => Object.keys(fields),
  };
}

/** Whether nothing is known of the type before the expression runs. */
export function isDyn(type: CelType): boolean {
  return type.kind === "simple" && (type.name === "dyn" || type.name === "error");
}

/** The type as messages name it: `list(string)`, `google.protobuf.Timestamp`. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case "simple":
      if (type.name === "error") return "!error!";
      if (type.name === "null_type") return "null";
      return type.name === "timestamp" || type.name === "duration"
        ? `google.protobuf.${capital(type.name)}`
        : type.name;
    case "list":
      return `list(${typeText(type.element)})`;
    case "map":
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case "object":
      return type.name;
    case "opaque":
      return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(typeText).join(", ")})`;
    case "type":
      return type.of ? `type(${typeText(type.of)})` : "type";
    case "parameter":
      return type.name;
  }
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
