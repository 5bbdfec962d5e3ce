/** Schemas of API types, in the dialect of OpenAPI v2 or v3. */
import { resources } from "../resources.ts";
import { isAtomicStruct } from "../schema/atomic-structs.ts";
import { type FieldInfo, findType, type TypeInfo } from "../schema/type-info.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";
import { BUILTIN_NAMES, definitionName } from "./names.ts";

/** A JSON Schema, with the extensions Kubernetes adds. */
export type Schema = Readonly<Record<string, unknown>>;

/** The version of OpenAPI a document is written in. */
export type Dialect = "v2" | "v3";

const PLAIN: Partial<Record<Builtin, Schema>> = {
  string: { type: "string" },
  uid: { type: "string" },
  nodeName: { type: "string" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  goDuration: { type: "integer", format: "int64" },
  float64: { type: "number", format: "double" },
  bytes: { type: "string", format: "byte" },
  // Clients take a schema that says nothing for a missing one.
  json: { description: "Any JSON value." },
  any: { description: "Any JSON value." },
};

const groups = new Map(resources.map((info) => [info.typeName.split(".")[0], info.group]));

/** Definitions of types that are not in the table, by type name. `build` gets what makes references to other types. */
export type AddedDefinitions = ReadonlyMap<
  string,
  { readonly name: string; build(reference: (typeName: string) => Schema): Schema }
>;

/** Collects the schemas of the types a document mentions, each once, with those they refer to. */
export class SchemaSet {
  readonly #dialect: Dialect;
  readonly #added: AddedDefinitions;
  readonly schemas: Record<string, Schema> = {};

  /** `added` are the definitions of types that are not in the table. */
  constructor(dialect: Dialect, added: AddedDefinitions = new Map()) {
    this.#dialect = dialect;
    this.#added = added;
  }

  /** A reference to the type, whose schema the document then holds. */
  reference(typeName: string): Schema {
    const added = this.#added.get(typeName);
    const name = added?.name ?? definitionName(typeName);
    if (!Object.hasOwn(this.schemas, name)) {
      // Entered before it is built: types refer to themselves.
      this.schemas[name] = {};
      this.schemas[name] = added?.build((other) => this.reference(other)) ?? this.#definition(typeName);
    }
    return this.#pointTo(name);
  }

  #pointTo(name: string): Schema {
    return { $ref: `#/${this.#dialect === "v2" ? "definitions" : "components/schemas"}/${name}` };
  }

  #definition(typeName: string): Schema {
    const info = findType(typeName);
    if (!info) throw new Error(`no such type in the table: ${typeName}`);
    if (info.form !== "struct") return this.#unionSchema(info);
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const field of info.fields.values()) {
      properties[field.name] = this.#fieldSchema(field);
      if (!field.optional) required.push(field.name);
    }
    return {
      type: "object",
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required: required.sort() }),
      ...(isAtomicStruct(typeName) && { "x-kubernetes-map-type": "atomic" }),
      ...groupVersionKind(typeName, info),
    };
  }

  #unionSchema(info: TypeInfo): Schema {
    const description = "One of several forms.";
    if (info.form !== "union" || this.#dialect === "v2") return { description };
    return { description, oneOf: info.options.map((option) => this.#typeSchema(option)) };
  }

  #fieldSchema(field: FieldInfo): Schema {
    const schema = this.#typeSchema(field.type);
    const extras = { ...declaredDefault(field), ...extensions(field) };
    const sole = "$ref" in schema && Object.keys(extras).length > 0;
    return sole && this.#dialect === "v3" ? { allOf: [schema], ...extras } : { ...schema, ...extras };
  }

  #typeSchema(ref: TypeRef): Schema {
    switch (ref.form) {
      case "pointer":
        return this.#typeSchema(ref.of);
      case "list":
        return { type: "array", items: this.#typeSchema(ref.of) };
      case "map":
        return { type: "object", additionalProperties: this.#typeSchema(ref.of) };
      case "named": {
        const info = findType(ref.name);
        if (info?.form !== "string") return this.reference(ref.name);
        return { type: "string", ...(info.values.length > 0 && { enum: info.values }) };
      }
      case "builtin":
        return PLAIN[ref.name] ?? this.#builtin(ref.name);
    }
  }

  #builtin(builtin: Builtin): Schema {
    const name = BUILTIN_NAMES[builtin] ?? "";
    this.schemas[name] ??= builtinSchema(builtin, this.#dialect);
    return this.#pointTo(name);
  }
}

function builtinSchema(builtin: Builtin, dialect: Dialect): Schema {
  switch (builtin) {
    case "quantity":
      return dialect === "v2" ? { type: "string" } : { oneOf: [{ type: "string" }, { type: "number" }] };
    case "intOrString":
      return dialect === "v2"
        ? { type: "string", format: "int-or-string" }
        : { oneOf: [{ type: "integer" }, { type: "string" }], format: "int-or-string" };
    case "time":
    case "microTime":
      return { type: "string", format: "date-time" };
    case "duration":
      return { type: "string" };
    default:
      return { type: "object" };
  }
}

function declaredDefault(field: FieldInfo): Schema {
  if (field.default === undefined || field.default.startsWith("ref(")) return {};
  return { default: JSON.parse(field.default) };
}

function extensions(field: FieldInfo): Schema {
  return {
    ...(field.listType && { "x-kubernetes-list-type": field.listType }),
    ...(field.listMapKeys && { "x-kubernetes-list-map-keys": field.listMapKeys }),
    ...(field.mapType && { "x-kubernetes-map-type": field.mapType }),
    ...(field.structType && { "x-kubernetes-map-type": field.structType }),
    ...(field.patchMergeKey && { "x-kubernetes-patch-merge-key": field.patchMergeKey }),
    ...(field.patchStrategy.length > 0 && { "x-kubernetes-patch-strategy": field.patchStrategy.join(",") }),
  };
}

function groupVersionKind(typeName: string, info: Extract<TypeInfo, { form: "struct" }>): Schema {
  const isKind = info.inlines.some(({ type }) => type.form === "named" && type.name === "meta/v1.TypeMeta");
  if (!isKind) return {};
  const [home = "", kind = ""] = typeName.split(".");
  const [, version = ""] = home.split("/");
  return { "x-kubernetes-group-version-kind": [{ group: groups.get(home) ?? "", kind, version }] };
}
