/** Types for the tests of merging, written as what they are. */
import type { MergeField, MergeType, ScalarForm } from "../apply/merge-type.ts";

/** A struct with these fields and no others. `defaults` stand for missing keys of list items. */
export function struct(
  fields: Readonly<Record<string, MergeType>>,
  {
    atomic = false,
    defaults = {},
  }: { readonly atomic?: boolean; readonly defaults?: Readonly<Record<string, unknown>> } = {},
): MergeType {
  const all = new Map<string, MergeField>(
    Object.entries(fields).map(([name, type]) => [name, { type, default: defaults[name] }]),
  );
  return { map: { atomic, field: (name) => all.get(name), element: undefined } };
}

/** An object with any members, all of this type. */
export function mapOf(element: MergeType, atomic = false): MergeType {
  return { map: { atomic, field: () => undefined, element } };
}

/** A list that is owned whole. */
export function listOf(item: MergeType): MergeType {
  return { list: { relationship: "atomic", keys: [], item } };
}

/** A list whose items are told apart by their value. */
export function setOf(form: ScalarForm): MergeType {
  return { list: { relationship: "set", keys: [], item: { scalar: form } } };
}

/** A list whose items are told apart by these keys. */
export function keyed(keys: readonly string[], item: MergeType): MergeType {
  return { list: { relationship: "map", keys, item } };
}
