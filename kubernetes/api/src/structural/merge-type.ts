/** How values of a structural schema are merged and owned. */
import {
  type MergeField,
  type MergeList,
  type MergeMap,
  type MergeType,
  type ScalarForm,
  UNTYPED_ATOMIC,
  UNTYPED_DEDUCED,
} from "../apply/merge-type.ts";
import { mergeTypeOf } from "../apply/table-merge-type.ts";
import { additionalOf, isEmbedded, itemsOf, type Schema } from "./schema.ts";

const made = new WeakMap<Schema, MergeType>();
const SCALARS: Readonly<Record<string, ScalarForm>> = {
  string: "string",
  integer: "numeric",
  number: "numeric",
  boolean: "boolean",
};

/** The merge type of an API object of the schema. */
export function structuralMergeType(root: Schema): MergeType {
  return mergeTypeOfSchema({ ...root, type: "object", "x-kubernetes-embedded-resource": true });
}

function mergeTypeOfSchema(schema: Schema): MergeType {
  let type = made.get(schema);
  if (!type) {
    type = build(schema);
    made.set(schema, type);
  }
  return type;
}

function build(schema: Schema): MergeType {
  if (schema["x-kubernetes-int-or-string"]) return { scalar: "untyped" };
  const preserving = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const open = !schema.properties && !additionalOf(schema) && !isEmbedded(schema);
  switch (schema.type) {
    case "object":
      return open && (preserving || schema.additionalProperties === true)
        ? withAtomic(UNTYPED_DEDUCED, schema)
        : { map: mapOf(schema, preserving || schema.additionalProperties === true) };
    case "array":
      return { list: listOf(schema) };
    case undefined:
    case "":
      return UNTYPED_DEDUCED;
    default: {
      const scalar = SCALARS[schema.type];
      return scalar ? { scalar } : UNTYPED_ATOMIC;
    }
  }
}

function withAtomic(type: MergeType, schema: Schema): MergeType {
  return schema["x-kubernetes-map-type"] === "atomic" ? UNTYPED_ATOMIC : { map: type.map };
}

function mapOf(schema: Schema, preserving: boolean): MergeMap {
  const { properties = {} } = schema;
  const additional = additionalOf(schema);
  const embedded = isEmbedded(schema);
  return {
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    field(name): MergeField | undefined {
      if (embedded && name === "metadata") return { type: mergeTypeOf("meta/v1.ObjectMeta") };
      if (embedded && (name === "apiVersion" || name === "kind")) return { type: { scalar: "string" } };
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (!property) return undefined;
      return {
        type: mergeTypeOfSchema(property),
        ...(property.default !== undefined && { default: property.default }),
      };
    },
    get element() {
      return additional ? mergeTypeOfSchema(additional) : preserving ? UNTYPED_DEDUCED : undefined;
    },
  };
}

function listOf(schema: Schema): MergeList {
  const items = itemsOf(schema);
  const kind = schema["x-kubernetes-list-type"];
  return {
    relationship: kind === "map" || kind === "set" ? kind : "atomic",
    keys: schema["x-kubernetes-list-map-keys"] ?? [],
    get item() {
      return items ? mergeTypeOfSchema(items) : UNTYPED_DEDUCED;
    },
  };
}
