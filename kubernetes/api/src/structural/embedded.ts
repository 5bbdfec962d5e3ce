/** Objects within objects (`x-kubernetes-embedded-resource`) have a kind, a version and metadata that make sense. */
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { isDns1035Label } from "../names.ts";
import { type FieldError, invalid, required } from "../rules/field-error.ts";
import { validateObjectMeta } from "../rules/meta/object-meta.ts";
import { additionalOf, isEmbedded, isMembers, itemsOf, type Members, propertyOf, type Schema } from "./schema.ts";

/** Checks every embedded object in `value`. */
export function validateEmbedded(value: unknown, schema: Schema): FieldError[] {
  const errors: FieldError[] = [];
  if (hasEmbedded(schema)) check(value, schema, "", errors);
  return errors;
}

const known = new WeakMap<Schema, boolean>();

function hasEmbedded(schema: Schema): boolean {
  let has = known.get(schema);
  if (has === undefined) {
    const parts = [itemsOf(schema), additionalOf(schema), ...Object.values(schema.properties ?? {})];
    has = isEmbedded(schema) || parts.some((part) => part !== undefined && hasEmbedded(part));
    known.set(schema, has);
  }
  return has;
}

function check(value: unknown, schema: Schema, path: string, errors: FieldError[]): void {
  if (!hasEmbedded(schema)) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (items) for (const [index, item] of value.entries()) check(item, items, `${path}[${index}]`, errors);
    return;
  }
  if (!isMembers(value)) return;
  if (isEmbedded(schema)) checkObject(value, path, errors);
  const additional = additionalOf(schema);
  for (const [name, member] of Object.entries(value)) {
    const part = propertyOf(schema, name) ?? additional;
    if (part) check(member, part, path === "" ? name : `${path}.${name}`, errors);
  }
}

function checkObject({ apiVersion, kind, metadata }: Members, path: string, errors: FieldError[]): void {
  const at = (name: string) => (path === "" ? name : `${path}.${name}`);
  if (!apiVersion) errors.push(required(at("apiVersion"), "must not be empty"));
  if (!kind) errors.push(required(at("kind"), "must not be empty"));
  else if (typeof kind === "string") {
    for (const reason of isDns1035Label(kind.toLowerCase())) {
      errors.push(invalid(at("kind"), kind, `may have mixed case, but should otherwise match: ${reason}`));
    }
  }
  if (!isMembers(metadata) || typeof metadata.name !== "string") return;
  // Where it lives is not known here, nor whether it has been made.
  const named = { ...metadata, namespace: "default" } as unknown as ObjectMeta;
  errors.push(...validateObjectMeta(named, true).map((error) => ({ ...error, field: at(error.field) })));
}
