/** What is wrong with a value by its schema, in the words of the API server. */
import { matchesPattern } from "../cel/libraries/patterns.ts";
import { type FieldError, invalid, notSupported, required, tooMany } from "../rules/field-error.ts";
import { isOfFormat } from "./formats.ts";
import { oldItems } from "./old-items.ts";
import { sameJson } from "./same-json.ts";
import { additionalOf, isMembers, itemsOf, type Members, type Schema } from "./schema.ts";

/** Checks `value`; `path` is where it is. What is as it was in `old` is not checked: rules may have come since. */
export function validateValue(value: unknown, schema: Schema, path: string, old?: unknown): FieldError[] {
  const errors: FieldError[] = [];
  checkValue(value, schema, path, errors, old);
  return errors;
}

function checkValue(value: unknown, schema: Schema, path: string, errors: FieldError[], old?: unknown): void {
  if (value === null && schema.nullable) return;
  if (old !== undefined && sameJson(value, old)) return;
  if (!checkType(value, schema, path, errors)) return;
  if (schema.enum && !schema.enum.some((allowed) => sameJson(allowed, value))) {
    const values = schema.enum.map((allowed) => (typeof allowed === "string" ? allowed : JSON.stringify(allowed)));
    errors.push(notSupported(path, value, values));
  }
  if (typeof value === "string") checkText(value, schema, path, errors);
  else if (typeof value === "number") checkNumber(value, schema, path, errors);
  else if (Array.isArray(value)) checkArray(value, schema, path, errors, old);
  else if (isMembers(value)) checkObject(value, schema, path, errors, old);
  checkCombinations(value, schema, path, errors);
}

function typeNameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** An error of a value of the wrong type, or form. */
function typeInvalid(path: string, badValue: unknown, detail: string): FieldError {
  return { type: "FieldValueTypeInvalid", field: path, badValue, detail };
}

function checkType(value: unknown, schema: Schema, path: string, errors: FieldError[]): boolean {
  const found = typeNameOf(value);
  if (schema["x-kubernetes-int-or-string"]) {
    if (found === "integer" || found === "string") return true;
    errors.push(typeInvalid(path, found, `${path} in body must be of type integer,string: "${found}"`));
    return false;
  }
  if (!schema.type || schema.type === found || (schema.type === "number" && found === "integer")) return true;
  errors.push(typeInvalid(path, found, `${path} in body must be of type ${schema.type}: "${found}"`));
  return false;
}

function checkText(text: string, schema: Schema, path: string, errors: FieldError[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(text).length;
  if (maxLength !== undefined && length > maxLength) {
    const unit = maxLength === 1 ? "character" : "characters";
    const detail = `may not be more than ${maxLength} ${unit}`;
    errors.push({ type: "FieldValueTooLong", field: path, badValue: "<value omitted>", detail });
  }
  if (minLength !== undefined && length < minLength) {
    errors.push(invalid(path, text, `${path} in body should be at least ${minLength} chars long`));
  }
  if (pattern !== undefined && !matchesPattern(text, pattern)) {
    errors.push(invalid(path, text, `${path} in body should match '${pattern}'`));
  }
  if (format !== undefined && !isOfFormat(text, format)) {
    errors.push(typeInvalid(path, text, `${path} in body must be of type ${format}: ${JSON.stringify(text)}`));
  }
}

function checkNumber(value: number, schema: Schema, path: string, errors: FieldError[]): void {
  const { minimum, maximum, multipleOf, format } = schema;
  const refuse = (why: string) => errors.push(invalid(path, value, `${path} in body should be ${why}`));
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    refuse(`less than ${schema.exclusiveMaximum ? "" : "or equal to "}${maximum}`);
  }
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    refuse(`greater than ${schema.exclusiveMinimum ? "" : "or equal to "}${minimum}`);
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) refuse(`a multiple of ${multipleOf}`);
  if (format === "int32" && (value > 2147483647 || value < -2147483648)) {
    errors.push(invalid(path, value, `Checked value must be of type integer with format int32 in ${path}`));
  }
}

function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function checkArray(value: readonly unknown[], schema: Schema, path: string, errors: FieldError[], old: unknown): void {
  const { minItems, maxItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  const items = itemsOf(schema);
  if (!items) return;
  const before = oldItems(old, schema);
  for (const [index, item] of value.entries()) checkValue(item, items, `${path}[${index}]`, errors, before(item));
}

function checkObject(value: Members, schema: Schema, path: string, errors: FieldError[], old: unknown): void {
  const { minProperties, maxProperties, properties = {} } = schema;
  const names = Object.keys(value);
  if (minProperties !== undefined && names.length < minProperties) {
    errors.push(invalid(path, names.length, `${path} in body should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && names.length > maxProperties)
    errors.push(tooMany(path, names.length, maxProperties));
  for (const name of schema.required ?? []) {
    if (value[name] === undefined) errors.push(required(join(path, name)));
  }
  const additional = additionalOf(schema);
  for (const name of names) {
    const property = Object.hasOwn(properties, name) ? properties[name] : additional;
    if (!property || value[name] === undefined) continue;
    checkValue(value[name], property, join(path, name), errors, isMembers(old) ? old[name] : undefined);
  }
}

function checkCombinations(value: unknown, schema: Schema, path: string, errors: FieldError[]): void {
  const { anyOf, oneOf, allOf, not } = schema;
  const passes = (part: Schema) => validateValue(value, part, path).length === 0;
  if (anyOf && anyOf.length > 0 && !anyOf.some(passes)) {
    errors.push(ofWhole(`"${path}" must validate at least one schema (anyOf)`), ...bestOf(value, anyOf, path));
  }
  if (oneOf && oneOf.length > 0) {
    const valid = oneOf.filter(passes).length;
    const why = valid === 0 ? "Found none valid" : `Found ${valid} valid alternatives`;
    if (valid !== 1) {
      errors.push(ofWhole(`"${path}" must validate one and only one schema (oneOf). ${why}`));
      if (valid === 0) errors.push(...bestOf(value, oneOf, path));
    }
  }
  if (allOf && allOf.length > 0) {
    const failures = allOf.flatMap((part) => validateValue(value, part, path));
    if (failures.length > 0) {
      const none = allOf.every((part) => !passes(part)) ? ". None validated" : "";
      errors.push(ofWhole(`"${path}" must validate all the schemas (allOf)${none}`), ...failures);
    }
  }
  if (not && passes(not)) errors.push(ofWhole(`"${path}" must not validate the schema (not)`));
}

/** Errors of combinations are told of the object as such, which has no path. */
function ofWhole(detail: string): FieldError {
  return invalid("<nil>", "", detail);
}

/** The errors of the alternative that fails least. */
function bestOf(value: unknown, alternatives: readonly Schema[], path: string): FieldError[] {
  const failures = alternatives.map((part) => validateValue(value, part, path));
  return failures.reduce((best, next) => (next.length < best.length ? next : best));
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
