/** Which of the forms a place accepts a value takes, and the type behind a member's name. */
import { type MergeList, type MergeMap, type MergeType, type ScalarForm, UNTYPED_ATOMIC } from "./merge-type.ts";

/** The form chosen for a value, with what the type says of it. */
export type ValueForm =
  | { readonly form: "map"; readonly map: MergeMap }
  | { readonly form: "list"; readonly list: MergeList }
  | { readonly form: "scalar"; readonly scalar: ScalarForm };

/** An object with any members. */
export type Members = Readonly<Record<string, unknown>>;

/** A JSON object. */
export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The form the type gives to the value: by the value where the type leaves a choice. */
export function formOf(type: MergeType, value: unknown): ValueForm {
  const { map, list, scalar } = type;
  if (Array.isArray(value)) {
    if (list) return { form: "list", list };
  } else if (isMembers(value)) {
    if (map) return { form: "map", map };
  } else if (value !== null && value !== undefined && scalar) return { form: "scalar", scalar };
  if (map) return { form: "map", map };
  if (scalar) return { form: "scalar", scalar };
  if (list) return { form: "list", list };
  return { form: "scalar", scalar: "untyped" };
}

/** The type of a member. A name the schema does not know is taken whole: stored objects may be older than their schema. */
export function memberType(map: MergeMap, name: string): MergeType {
  return map.field(name)?.type ?? map.element ?? UNTYPED_ATOMIC;
}
