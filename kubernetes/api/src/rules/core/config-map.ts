/** ConfigMap and the rule it shares with Secret: once immutable, always immutable. */
import type { ConfigMap } from "@skiff/api/core/v1";
import { isConfigMapKey } from "../../names.ts";
import { type FieldError, forbidden, invalid, tooLong } from "../field-error.ts";
import type { KindRules } from "../kind-rules.ts";

/** All values of a ConfigMap or Secret together, in bytes. */
export const DATA_LIMIT = 1024 * 1024;

/** The length in bytes of what base64 text stands for. */
export function decodedLength(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}

function validate(map: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(map.data ?? {})) {
    for (const reason of isConfigMapKey(key)) errors.push(invalid(`data[${key}]`, key, reason));
    if (Object.hasOwn(map.binaryData ?? {}, key)) {
      errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    }
    size += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(map.binaryData ?? {})) {
    for (const reason of isConfigMapKey(key)) errors.push(invalid(`binaryData[${key}]`, key, reason));
    size += decodedLength(value);
  }
  if (size > DATA_LIMIT) errors.push(tooLong("[]", DATA_LIMIT));
  return errors;
}

interface Freezable {
  readonly immutable?: boolean | undefined;
}

/** Refuses changes of `fields` in an object that was made immutable, and making it mutable again. */
export function checkFrozen<T extends Freezable>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
  errors: FieldError[],
): void {
  if (old.immutable !== true) return;
  const why = "field is immutable when `immutable` is set";
  if (object.immutable !== true) errors.push(forbidden("immutable", why));
  for (const field of fields) if (!sameMap(object[field], old[field])) errors.push(forbidden(field, why));
}

function sameMap(a: unknown, b: unknown): boolean {
  const left = Object.entries(a ?? {});
  const right: Readonly<Record<string, unknown>> = { ...(b ?? {}) };
  return left.length === Object.keys(right).length && left.every(([key, value]) => right[key] === value);
}

export const configMapRules: KindRules<ConfigMap> = {
  validate,
  validateUpdate(map, old) {
    const errors: FieldError[] = [];
    checkFrozen(map, old, ["data", "binaryData"], errors);
    return [...errors, ...validate(map)];
  },
};
