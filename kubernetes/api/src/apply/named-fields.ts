/** Sets of fields in which the structs on the way count too. */
import { type FieldSet, type FieldSetDraft, isMember, LEAF, nodeOf } from "./field-set.ts";
import { type MergeType, UNTYPED_ATOMIC } from "./merge-type.ts";
import { memberType } from "./value-form.ts";

/**
 * The set with every declared field that has members below it. Who sets `spec.strategy.type` says that `spec.strategy` is
 * to be there, although only members of maps are recorded so.
 */
export function withNamedFields(type: MergeType, set: FieldSet): FieldSet {
  const all: FieldSetDraft = {};
  for (const [element, node] of Object.entries(set)) {
    if (element === ".") continue;
    const named = element.startsWith("f:") && type.map?.field(element.slice(2)) !== undefined;
    const below = withNamedFields(typeAt(type, element), node);
    all[element] = nodeOf(named || isMember(node), below) ?? LEAF;
  }
  return all;
}

/** The type behind a step. */
export function typeAt({ map, list }: MergeType, element: string): MergeType {
  if (element.startsWith("f:")) return map ? memberType(map, element.slice(2)) : UNTYPED_ATOMIC;
  return list?.item ?? UNTYPED_ATOMIC;
}
