/** Lists that are sets or maps have nothing twice. */
import { duplicate, type FieldError } from "../rules/field-error.ts";
import { additionalOf, isMembers, itemsOf, type Schema } from "./schema.ts";

/** Checks every list in `value` that its schema gives a list type. */
export function validateListTypes(value: unknown, schema: Schema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkLists(value, schema, path, errors);
  return errors;
}

function checkLists(value: unknown, schema: Schema, path: string, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    const kind = schema["x-kubernetes-list-type"];
    if (kind === "set") checkUnique(value, (item) => item, path, errors);
    if (kind === "map") checkUnique(value, (item) => keysOf(item, schema), path, errors);
    if (items) for (const [index, item] of value.entries()) checkLists(item, items, `${path}[${index}]`, errors);
    return;
  }
  if (!isMembers(value)) return;
  const additional = additionalOf(schema);
  for (const [name, member] of Object.entries(value)) {
    const property = schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : additional;
    if (property) checkLists(member, property, path === "" ? name : `${path}.${name}`, errors);
  }
}

function keysOf(item: unknown, schema: Schema): unknown {
  const names = schema["x-kubernetes-list-map-keys"] ?? [];
  const members = isMembers(item) ? item : {};
  return Object.fromEntries(
    [...names].sort().flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
  );
}

function checkUnique(
  items: readonly unknown[],
  keyOf: (item: unknown) => unknown,
  path: string,
  errors: FieldError[],
): void {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    const text = JSON.stringify(key);
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    // Each value is reported once, however often it comes again.
    if (count === 2) errors.push(duplicate(`${path}[${index}]`, key));
  }
}
