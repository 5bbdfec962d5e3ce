/** Fills in what an object leaves out and its schema has a default for. */
import { additionalOf, isMembers, itemsOf, type Schema } from "./schema.ts";

/** Changes `value`. Doing it twice changes nothing more. */
export function fillDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (items) for (const item of value) fillDefaults(item, items);
    return;
  }
  if (!isMembers(value)) return;
  const { properties = {} } = schema;
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined && isAbsent(value[name], property)) {
      value[name] = structuredClone(property.default);
    }
  }
  const additional = additionalOf(schema);
  for (const name of Object.keys(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : additional;
    if (!property) continue;
    if (
      additional &&
      property === additional &&
      additional.default !== undefined &&
      isAbsent(value[name], additional)
    ) {
      value[name] = structuredClone(additional.default);
    }
    fillDefaults(value[name], property);
  }
}

/** A null where none may be is as good as nothing. */
function isAbsent(value: unknown, schema: Schema): boolean {
  return value === undefined || (value === null && !schema.nullable);
}

/** Takes out nulls where none may be, of fields that have no default. Changes `value`. */
export function dropNulls(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (items) for (const item of value) dropNulls(item, items);
    return;
  }
  if (!isMembers(value)) return;
  const additional = additionalOf(schema);
  for (const name of Object.keys(value)) {
    const property = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (property && value[name] === null && !property.nullable && property.default === undefined) delete value[name];
    else if (property ?? additional) dropNulls(value[name], (property ?? additional) as Schema);
  }
}

/** Whether any part of the schema has a default. */
export function hasDefaults(schema: Schema): boolean {
  if (schema.default !== undefined) return true;
  const parts = [itemsOf(schema), additionalOf(schema), ...Object.values(schema.properties ?? {})];
  return parts.some((part) => part !== undefined && hasDefaults(part));
}
