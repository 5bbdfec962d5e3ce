/** How an applied configuration and the fields it gave up change an object. */
import { childPlace, type FieldSet, granularityOf, isWhole, itemKey, type Place } from "./field-set.ts";

type Members = Record<string, unknown>;

/** `live` with everything `applied` sets. Neither is changed. */
export function mergeApplied(place: Place, live: unknown, applied: unknown): unknown {
  if (live === undefined || live === null || typeof applied !== "object" || applied === null) return applied;
  switch (granularityOf(place)) {
    case "object": {
      const merged: Members = { ...(live as Members) };
      for (const [name, value] of Object.entries(applied)) {
        if (value !== undefined) merged[name] = mergeApplied(childPlace(place, name), merged[name], value);
      }
      return merged;
    }
    case "map": {
      const item = childPlace(place, "");
      const wanted = new Map((applied as unknown[]).map((value) => [itemKey(place, value), value]));
      const merged = (live as unknown[]).map((present) => {
        const key = itemKey(place, present);
        const value = wanted.get(key);
        wanted.delete(key);
        return value === undefined ? present : mergeApplied(item, present, value);
      });
      return [...merged, ...wanted.values()];
    }
    case "set": {
      const present = new Set((live as unknown[]).map((value) => JSON.stringify(value)));
      return [...(live as unknown[]), ...(applied as unknown[]).filter((value) => !present.has(JSON.stringify(value)))];
    }
    case "whole":
      return applied;
  }
}

/** `value` without the fields of `removed`. */
export function removeFields(place: Place, value: unknown, removed: FieldSet): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const item = childPlace(place, "");
    return value.flatMap((present) => {
      const below = removed[itemKey(place, present)] ?? removed[`v:${JSON.stringify(present)}`];
      if (below === undefined) return [present];
      // An item nobody holds any more goes whole, whatever defaults have been added to it.
      return isWhole(below) || Object.hasOwn(below, ".") ? [] : [removeFields(item, present, below)];
    });
  }
  const rest: Members = { ...(value as Members) };
  for (const [part, below] of Object.entries(removed)) {
    const name = part.slice(2);
    if (!part.startsWith("f:") || !Object.hasOwn(rest, name)) continue;
    if (isWhole(below)) delete rest[name];
    else rest[name] = removeFields(childPlace(place, name), rest[name], below);
  }
  return rest;
}
