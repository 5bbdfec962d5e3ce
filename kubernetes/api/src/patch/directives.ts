/** What the objects of a strategic merge patch say of how they are meant. */
import { identityOf } from "./element-order.ts";
import { goText } from "./go-text.ts";
import { isJsonObject, type JsonObject, setKey } from "./json-value.ts";
import { unmergeablePatch } from "./patch-error.ts";

/** The key whose value says how an object of the patch is meant. */
export const DIRECTIVE = "$patch";

/**
 * A value that is new to the object: its nulls have nothing to remove. What a directive marks has nothing to act on, and
 * is undefined.
 */
export function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const left = inner === null ? undefined : withoutDirectives(inner);
    if (left !== undefined) setKey(kept, key, left);
  }
  return kept;
}

/** What an item of a keyed list is told by. Throws StatusError 500 where it has no such key. */
export function mergeKeyOf(item: JsonObject, key: string): unknown {
  if (Object.hasOwn(item, key)) return identityOf(item, key);
  throw unmergeablePatch(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}
