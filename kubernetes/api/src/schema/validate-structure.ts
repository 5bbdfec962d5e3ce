/** What the type table alone can say of an object: required fields and closed lists of values. */
import { type FieldError, notSupported, required } from "../rules/field-error.ts";
import { type FieldInfo, type StructInfo, structOf, typeOf } from "./type-info.ts";
import type { TypeRef } from "./type-ref.ts";

/** Checks a decoded object of a kind that has no rules of its own; its metadata is checked elsewhere. */
export function validateStructure(typeName: string, object: object): FieldError[] {
  const errors: FieldError[] = [];
  checkStruct(structOf(typeName), object, "", errors);
  return errors;
}

function checkStruct(info: StructInfo, value: object, path: string, errors: FieldError[]): void {
  for (const field of info.fields.values()) {
    if (path === "" && field.name === "metadata") continue;
    const inner: unknown = (value as Record<string, unknown>)[field.name];
    const at = path === "" ? field.name : `${path}.${field.name}`;
    if (isMissing(field, inner)) errors.push(required(at));
    else if (inner !== undefined) checkValue(field.type, inner, at, errors);
  }
}

function isMissing(field: FieldInfo, value: unknown): boolean {
  if (!field.required) return false;
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function checkValue(type: TypeRef, value: unknown, path: string, errors: FieldError[]): void {
  switch (type.form) {
    case "pointer":
      checkValue(type.of, value, path, errors);
      return;
    case "list":
      if (!Array.isArray(value)) return;
      for (const [index, item] of value.entries()) checkValue(type.of, item, `${path}[${index}]`, errors);
      return;
    case "map":
      for (const [key, item] of Object.entries(value ?? {})) checkValue(type.of, item, `${path}[${key}]`, errors);
      return;
    case "named":
      checkNamed(type.name, value, path, errors);
      return;
    case "builtin":
      return;
  }
}

function checkNamed(name: string, value: unknown, path: string, errors: FieldError[]): void {
  const info = typeOf(name);
  if (info.form === "struct" && typeof value === "object" && value !== null) checkStruct(info, value, path, errors);
  if (info.form === "string" && info.values.length > 0 && value !== "" && !info.values.includes(String(value))) {
    errors.push(notSupported(path, value, info.values));
  }
}
