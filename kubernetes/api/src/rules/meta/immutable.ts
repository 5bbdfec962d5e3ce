/** Whether two values of the API mean the same, and the rule for fields that may never change. */
import { type FieldError, invalid } from "../field-error.ts";

/** Optional fields for which an explicit zero is a choice that leaving the field out is not. */
const zeroIsAChoice: ReadonlySet<string> = new Set([
  "allowPrivilegeEscalation",
  "activeDeadlineSeconds",
  "automountServiceAccountToken",
  "enableServiceLinks",
  "fsGroup",
  "hostUsers",
  "replicas",
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "shareProcessNamespace",
  "storageClassName",
  "completions",
  "parallelism",
]);

/** Fields that hold maps: an empty one and none are the same. (In a struct, `{}` is a choice: `emptyDir: {}`.) */
const maps: ReadonlySet<string> = new Set([
  "annotations",
  "binaryData",
  "capacity",
  "data",
  "hard",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "options",
  "overhead",
  "parameters",
  "requests",
  "selector",
  "volumeAttributes",
]);

/**
 * Whether `a` and `b` mean the same to the API server. A field left out is the same as one set to false, 0, "" or an
 * empty list, unless it is one of those where zero is a choice: clients written in Go drop such values when they send
 * an object back.
 */
export function sameMeaning(a: unknown, b: unknown, key = ""): boolean {
  if (a === b) return true;
  if (a === undefined || a === null) return isNothing(b, key);
  if (b === undefined || b === null) return isNothing(a, key);
  if (typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameMeaning(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  return sameFields(a, b);
}

function sameFields(a: object, b: object): boolean {
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const key in left) if (!sameMeaning(left[key], right[key], key)) return false;
  for (const key in right) if (!(key in left) && !sameMeaning(undefined, right[key], key)) return false;
  return true;
}

function isNothing(value: unknown, key: string): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object") return maps.has(key) && Object.keys(value).length === 0;
  return (value === false || value === 0 || value === "") && !zeroIsAChoice.has(key);
}

/** Refuses any change between `old` and `value`. */
export function checkImmutable(value: unknown, old: unknown, field: string, errors: FieldError[]): void {
  if (!sameMeaning(value, old)) errors.push(invalid(field, value, "field is immutable"));
}
