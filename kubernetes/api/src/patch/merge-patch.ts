/** JSON Merge Patch (RFC 7386). */
import { isJsonObject, setKey } from "./json-value.ts";

/** The document with the patch applied. Neither argument is changed; the result shares their unchanged parts. */
export function mergePatch(document: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, unknown> = isJsonObject(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setKey(result, key, mergePatch(Object.hasOwn(result, key) ? result[key] : undefined, value));
  }
  return result;
}
