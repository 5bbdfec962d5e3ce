/** Labels and annotations, wherever an object carries them. */
import { isLabelValue, isQualifiedName } from "../../names.ts";
import { type FieldError, invalid, tooLong } from "../field-error.ts";

/** All annotations of one object together, keys and values, in bytes. */
const ANNOTATIONS_LIMIT = 256 * 1024;

type StringMap = Readonly<Record<string, string>>;

/** Checks keys and values; all errors are on `field` itself, with the key or value as the refused value. */
export function checkLabels(labels: StringMap | undefined, field: string, errors: FieldError[]): void {
  if (labels === undefined) return;
  for (const key in labels) {
    for (const reason of isQualifiedName(key)) errors.push(invalid(field, key, reason));
    const value = labels[key] ?? "";
    for (const reason of isLabelValue(value)) errors.push(invalid(field, value, reason));
  }
}

/** Checks the keys, which are compared in lower case, and the total size. */
export function checkAnnotations(annotations: StringMap | undefined, field: string, errors: FieldError[]): void {
  if (annotations === undefined) return;
  let bytes = 0;
  for (const key in annotations) {
    for (const reason of isQualifiedName(key.toLowerCase())) errors.push(invalid(field, key, reason));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] ?? "");
  }
  if (bytes > ANNOTATIONS_LIMIT) errors.push(tooLong(field, ANNOTATIONS_LIMIT));
}
