/** Sets of fields as `metadata.managedFields` writes them (FieldsV1): a tree of `f:name`, `k:{"key":…}` and `v:value`. */

import type { FieldInfo } from "../schema/type-info.ts";
import { structBehind } from "../schema/type-info.ts";
import type { TypeRef } from "../schema/type-ref.ts";

/** A set of fields. A node without children is a field owned whole; `.` stands for a list item or map as such. */
export interface FieldSet {
  readonly [part: string]: FieldSet;
}

/** A type with the markers of the field it was found in. */
export interface Place {
  readonly type: TypeRef;
  readonly field?: FieldInfo | undefined;
}

/** How the value of a place is merged and owned. */
export type Granularity = "object" | "set" | "map" | "whole";

/** Whether a place is owned piece by piece, and how its pieces are told apart. */
export function granularityOf({ type, field }: Place): Granularity {
  const plain = type.form === "pointer" ? type.of : type;
  if (plain.form === "list") return field?.listType === "map" || field?.listType === "set" ? field.listType : "whole";
  if (plain.form === "map") return field?.mapType === "atomic" ? "whole" : "object";
  return structBehind(plain) && field?.structType !== "atomic" ? "object" : "whole";
}

/** The place of a member of an object, or of the items of a list. */
export function childPlace({ type }: Place, name: string): Place {
  const plain = type.form === "pointer" ? type.of : type;
  if (plain.form === "list" || plain.form === "map") return { type: plain.of };
  const field = structBehind(plain)?.fields.get(name);
  return field ? { type: field.type, field } : { type: { form: "builtin", name: "any" } };
}

/** The key that tells an item from the others of a list of type map, as FieldsV1 spells it. */
export function itemKey(place: Place, item: unknown): string {
  const struct = structBehind(childPlace(place, "").type);
  const values = (item ?? {}) as Record<string, unknown>;
  const keys: Record<string, unknown> = {};
  for (const name of [...(place.field?.listMapKeys ?? [])].sort()) {
    const declared = struct?.fields.get(name)?.default;
    const value = values[name] ?? (declared === undefined ? undefined : JSON.parse(declared));
    if (value !== undefined) keys[name] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** Every field that `value` sets. */
export function fieldsOf(place: Place, value: unknown): FieldSet {
  switch (typeof value === "object" && value !== null ? granularityOf(place) : "whole") {
    case "object": {
      const set: Record<string, FieldSet> = {};
      for (const [name, child] of Object.entries(value as object)) {
        const below = childPlace(place, name);
        const fields = fieldsOf(below, child);
        if (child !== undefined && !isUnsetStruct(below, fields)) set[`f:${name}`] = fields;
      }
      return set;
    }
    case "map":
      return Object.fromEntries(
        (value as unknown[]).map((item) => [
          itemKey(place, item),
          { ".": {}, ...fieldsOf(childPlace(place, ""), item) },
        ]),
      );
    case "set":
      return Object.fromEntries((value as unknown[]).map((item) => [`v:${JSON.stringify(item)}`, {}]));
    case "whole":
      return {};
  }
}

/** Whether nothing was said: a struct that is no pointer is there in every decoded object, sent or not. */
export function isUnsetStruct(place: Place, fields: FieldSet): boolean {
  return isWhole(fields) && place.type.form === "named" && granularityOf(place) === "object";
}

/** What is in `a` and not in `b`. A field that `b` owns whole covers everything below it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const rest: Record<string, FieldSet> = {};
  for (const [part, inA] of Object.entries(a)) {
    const inB = b[part];
    if (inB === undefined) rest[part] = inA;
    else if (!isWhole(inA) && !isWhole(inB)) {
      const below = difference(inA, inB);
      if (!isWhole(below)) rest[part] = below;
    }
  }
  return rest;
}

/** What is in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isWhole(a)) return b;
  const all: Record<string, FieldSet> = { ...a };
  for (const [part, inB] of Object.entries(b)) {
    const inA = all[part];
    all[part] = inA === undefined ? inB : union(inA, inB);
  }
  return all;
}

/** Whether a node has nothing below it: a field owned whole, or an empty set. */
export function isWhole(set: FieldSet): boolean {
  for (const _part in set) return false;
  return true;
}
