/** The schema of a custom resource's version: structural, that is to say, every value has one type. */
import type { JSONSchemaProps } from "@skiff/api/apiextensions/v1";
import { type FieldError, notSupported, required } from "../field-error.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];

/** Checks the types of a schema and of all in it. Nesting is as deep as the body was, which decoding bounds. */
export function checkSchema(schema: JSONSchemaProps, field: string, errors: FieldError[]): void {
  if (!schema.type) errors.push(required(`${field}.type`, "must not be empty at the root"));
  checkTypes(schema, field, errors);
}

function checkTypes(schema: JSONSchemaProps, field: string, errors: FieldError[]): void {
  if (schema.type && !TYPES.includes(schema.type)) errors.push(notSupported(`${field}.type`, schema.type, TYPES));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    checkPart(property, `${field}.properties[${name}]`, "must not be empty for specified object fields", errors);
  }
  const { items, additionalProperties } = schema;
  if (isSchema(items)) checkPart(items, `${field}.items`, "must not be empty for specified array items", errors);
  else if (schema.type === "array" && items === undefined) errors.push(required(`${field}.items`, "must be specified"));
  if (isSchema(additionalProperties)) {
    const why = "must not be empty for specified object fields";
    checkPart(additionalProperties, `${field}.additionalProperties`, why, errors);
  }
}

function checkPart(part: JSONSchemaProps, field: string, why: string, errors: FieldError[]): void {
  const open = part["x-kubernetes-int-or-string"] || part["x-kubernetes-preserve-unknown-fields"];
  if (!part.type && !open) errors.push(required(`${field}.type`, why));
  checkTypes(part, field, errors);
}

function isSchema(value: unknown): value is JSONSchemaProps {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
