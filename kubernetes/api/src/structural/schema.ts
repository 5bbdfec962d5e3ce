/** Structural schemas: the JSON schemas of custom resources, in which every value has one type. */
import type { JSONSchemaProps } from "@skiff/api/apiextensions/v1";

/** A schema, or a part of one. */
export type Schema = JSONSchemaProps;

/** JSON objects on their way into the store. */
export type Members = Record<string, unknown>;

/** The schema of the items, where the schema is of arrays and says. */
export function itemsOf({ items }: Schema): Schema | undefined {
  return isSchema(items) ? items : undefined;
}

/** The schema of members not named in `properties`. */
export function additionalOf({ additionalProperties }: Schema): Schema | undefined {
  return isSchema(additionalProperties) ? additionalProperties : undefined;
}

/** Whether members that no part of the schema mentions are kept. */
export function keepsUnknown(schema: Schema): boolean {
  return schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties === true;
}

/** Whether an object there is a whole API object, with kind, apiVersion and metadata. */
export function isEmbedded(schema: Schema): boolean {
  return schema["x-kubernetes-embedded-resource"] === true;
}

/** The members that every API object has. */
export const OBJECT_MEMBERS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether `value` is a JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema of a named member; undefined where the schema says nothing of it. */
export function propertyOf(schema: Schema, name: string): Schema | undefined {
  const { properties } = schema;
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
