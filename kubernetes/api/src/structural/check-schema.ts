/** What is wrong with the schema of a definition: whether it is structural, and stays within what is supported. */

import { CelError } from "../cel/cel-errors.ts";
import { matchesPattern } from "../cel/libraries/patterns.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "../rules/field-error.ts";
import { checkDefault } from "./check-default.ts";
import { checkListType } from "./check-list-type.ts";
import { additionalOf, isSchema, itemsOf, type Schema } from "./schema.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];
const UNSUPPORTED = ["$ref", "definitions", "dependencies", "id", "patternProperties", "additionalItems"] as const;
/** What may not be said within a combination: it is the business of the schema around it. */
const STRUCTURE = [
  "type",
  "default",
  "title",
  "description",
  "nullable",
  "additionalProperties",
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-embedded-resource",
  "x-kubernetes-int-or-string",
  "x-kubernetes-list-map-keys",
  "x-kubernetes-list-type",
  "x-kubernetes-map-type",
  "x-kubernetes-validations",
] as const;

/** Checks the schema of a version's objects. Nesting is as deep as the body was, which decoding bounds. */
export function checkSchema(schema: Schema, field: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!schema.type) errors.push(required(`${field}.type`, "must not be empty at the root"));
  else if (schema.type !== "object") errors.push(invalid(`${field}.type`, schema.type, "must be object at the root"));
  const metadata = schema.properties?.metadata;
  if (metadata) checkMetadata(metadata, `${field}.properties[metadata]`, errors);
  checkPart(schema, field, errors);
  return errors;
}

/** Metadata has a type of its own; a schema may only restrict the names. */
function checkMetadata(metadata: Schema, field: string, errors: FieldError[]): void {
  const { type, properties = {}, ...rest } = metadata;
  if (type && type !== "object") errors.push(invalid(`${field}.type`, type, "must be object"));
  const others = Object.keys(properties).filter((name) => name !== "name" && name !== "generateName");
  const more = Object.keys(rest).filter((name) => name !== "description");
  if (others.length > 0 || more.length > 0) {
    errors.push(
      forbidden(
        field,
        "must not specify anything other than name and generateName, but metadata is implicitly specified",
      ),
    );
  }
}

function checkPart(schema: Schema, field: string, errors: FieldError[]): void {
  checkSupported(schema, field, errors);
  const { type, properties, additionalProperties, items } = schema;
  if (type && !TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  const intOrString = schema["x-kubernetes-int-or-string"] === true;
  if (intOrString && type)
    errors.push(invalid(`${field}.type`, type, "must be empty if x-kubernetes-int-or-string is true"));
  if (schema["x-kubernetes-embedded-resource"] && type !== "object") {
    const why = "must be object if x-kubernetes-embedded-resource is true";
    errors.push(type ? invalid(`${field}.type`, type, why) : required(`${field}.type`, why));
  }
  if (schema["x-kubernetes-embedded-resource"] && !properties && !schema["x-kubernetes-preserve-unknown-fields"]) {
    errors.push(
      required(
        `${field}.properties`,
        "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
      ),
    );
  }
  if (additionalProperties === false)
    errors.push(forbidden(`${field}.additionalProperties`, "additionalProperties cannot be set to false"));
  if (additionalProperties !== undefined && properties && Object.keys(properties).length > 0) {
    errors.push(forbidden(`${field}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  }
  if (Array.isArray(items)) errors.push(forbidden(`${field}.items`, "items must be a schema object and not an array"));
  else if (type === "array" && items === undefined) errors.push(required(`${field}.items`, "must be specified"));
  checkListType(schema, field, errors);
  if (schema.default !== undefined) checkDefault(schema, `${field}.default`, errors);
  checkCombinations(schema, field, errors);
  for (const [name, part] of Object.entries(properties ?? {})) {
    checkNested(part, `${field}.properties[${name}]`, "must not be empty for specified object fields", errors);
  }
  const [inItems, inRest] = [itemsOf(schema), additionalOf(schema)];
  if (inItems) checkNested(inItems, `${field}.items`, "must not be empty for specified array items", errors);
  if (inRest) {
    checkNested(inRest, `${field}.additionalProperties`, "must not be empty for specified object fields", errors);
  }
}

function checkNested(part: Schema, field: string, why: string, errors: FieldError[]): void {
  const open = part["x-kubernetes-int-or-string"] || part["x-kubernetes-preserve-unknown-fields"];
  if (!part.type && !open) errors.push(required(`${field}.type`, why));
  checkPart(part, field, errors);
}

function checkSupported(schema: Schema, field: string, errors: FieldError[]): void {
  for (const name of UNSUPPORTED) {
    if (schema[name] !== undefined) errors.push(forbidden(`${field}.${name}`, `${name} is not supported`));
  }
  if (schema.uniqueItems) {
    const why = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(forbidden(`${field}.uniqueItems`, why));
  }
  if (schema.type === "null") {
    errors.push(forbidden(`${field}.type`, "type cannot be set to null, use nullable as an alternative"));
  }
  const preserve = schema["x-kubernetes-preserve-unknown-fields"];
  if (preserve === false) {
    errors.push(invalid(`${field}.x-kubernetes-preserve-unknown-fields`, preserve, "must be true or undefined"));
  }
  const { pattern } = schema;
  if (pattern !== undefined) checkPattern(pattern, `${field}.pattern`, errors);
}

function checkPattern(pattern: string, field: string, errors: FieldError[]): void {
  try {
    matchesPattern("", pattern);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    errors.push(invalid(field, pattern, `must be a valid regular expression, but isn't: ${error.message}`));
  }
}

/** The parts of combinations restrict values, and say nothing of how they are made. */
function checkCombinations(schema: Schema, field: string, errors: FieldError[]): void {
  const check = (part: Schema, at: string) => checkValuePart(part, schema, at, errors);
  for (const name of ["allOf", "anyOf", "oneOf"] as const) {
    schema[name]?.forEach((part, index) => {
      check(part, `${field}.${name}[${index}]`);
    });
  }
  if (schema.not) check(schema.not, `${field}.not`);
}

function checkValuePart(part: Schema, around: Schema, field: string, errors: FieldError[]): void {
  const intOrString = around["x-kubernetes-int-or-string"] === true;
  for (const name of STRUCTURE) {
    if (part[name] === undefined || part[name] === false) continue;
    // The two types of an int-or-string may be spelled out.
    if (name === "type" && intOrString) continue;
    errors.push(forbidden(`${field}.${name}`, "must be empty to be structural"));
  }
  const complete = (name: string) => {
    const { properties } = around;
    return (properties && Object.hasOwn(properties, name)) || around["x-kubernetes-preserve-unknown-fields"] === true;
  };
  for (const [name, inner] of Object.entries(part.properties ?? {})) {
    const at = `${field}.properties[${name}]`;
    if (!complete(name)) {
      const where = at.replace(/\.(?:allOf|anyOf|oneOf)\[\d+\]|\.not/g, "");
      errors.push(required(where, `because it is defined in ${at}`));
    }
    checkValuePart(inner, around.properties?.[name] ?? {}, at, errors);
  }
  if (isSchema(part.items)) checkValuePart(part.items as Schema, itemsOf(around) ?? {}, `${field}.items`, errors);
  checkSupported(part, field, errors);
  for (const name of ["allOf", "anyOf", "oneOf"] as const) {
    part[name]?.forEach((inner, index) => {
      checkValuePart(inner, around, `${field}.${name}[${index}]`, errors);
    });
  }
  if (part.not) checkValuePart(part.not, around, `${field}.not`, errors);
}
