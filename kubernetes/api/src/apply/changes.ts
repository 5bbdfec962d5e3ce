/** What a write changed, as sets of fields. */
import { isDeepStrictEqual } from "node:util";
import {
  childPlace,
  type FieldSet,
  fieldsOf,
  granularityOf,
  isUnsetStruct,
  isWhole,
  itemKey,
  type Place,
} from "./field-set.ts";

/** `set`: the fields that are new or have another value; `removed`: those that are gone. */
export interface Changes {
  readonly set: FieldSet;
  readonly removed: FieldSet;
}

const NOTHING: Changes = { set: {}, removed: {} };

/** What makes `after` of `before`. Of a field owned whole the empty set says that it changed, so undefined says it did not. */
export function changesBetween(place: Place, before: unknown, after: unknown): Changes {
  return compare(place, before, after) ?? NOTHING;
}

function compare(place: Place, before: unknown, after: unknown): Changes | undefined {
  if (before === after) return undefined;
  const isTree = typeof before === "object" && before !== null && typeof after === "object" && after !== null;
  switch (isTree ? granularityOf(place) : "whole") {
    case "object":
      return compareMembers(
        new Map(Object.entries(before as object).map(([name, value]) => [`f:${name}`, value])),
        new Map(Object.entries(after as object).map(([name, value]) => [`f:${name}`, value])),
        (part) => childPlace(place, part.slice(2)),
        false,
      );
    case "map":
      return compareMembers(byKey(place, before), byKey(place, after), () => childPlace(place, ""), true);
    case "set":
      return compareMembers(byValue(before), byValue(after), () => childPlace(place, ""), false);
    case "whole":
      return isDeepStrictEqual(before, after) ? undefined : NOTHING;
  }
}

function compareMembers(
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
  placeOf: (part: string) => Place,
  areItems: boolean,
): Changes | undefined {
  const set: Record<string, FieldSet> = {};
  const removed: Record<string, FieldSet> = {};
  const all = (part: string, value: unknown) => ({ ...(areItems && { ".": {} }), ...fieldsOf(placeOf(part), value) });
  for (const [part, value] of after) {
    const old = before.get(part);
    if (value === undefined) continue;
    if (old === undefined) {
      const fields = all(part, value);
      if (!isUnsetStruct(placeOf(part), fields)) set[part] = fields;
    } else {
      const below = compare(placeOf(part), old, value);
      if (!below) continue;
      if (!isWhole(below.set) || isWhole(below.removed)) set[part] = below.set;
      if (!isWhole(below.removed)) removed[part] = below.removed;
    }
  }
  for (const [part, old] of before) {
    if (old !== undefined && after.get(part) === undefined) removed[part] = all(part, old);
  }
  return isWhole(set) && isWhole(removed) ? undefined : { set, removed };
}

function byKey(place: Place, list: unknown): Map<string, unknown> {
  return new Map((list as unknown[]).map((item) => [itemKey(place, item), item]));
}

function byValue(list: unknown): Map<string, unknown> {
  return new Map((list as unknown[]).map((item) => [`v:${JSON.stringify(item)}`, item]));
}
