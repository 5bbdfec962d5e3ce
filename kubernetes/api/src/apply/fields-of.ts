/** The set of fields a value sets. */
import { type FieldSet, type FieldSetDraft, isMember, LEAF, nodeOf } from "./field-set.ts";
import type { MergeList, MergeMap, MergeType } from "./merge-type.ts";
import { itemElement } from "./path-element.ts";
import { formOf, isMembers, type Members, memberType } from "./value-form.ts";

/**
 * Every field `value` sets. Objects that are owned member by member are members of the set themselves only where they are
 * empty or where no schema declares them; items of lists always are.
 */
export function fieldsOf(type: MergeType, value: unknown): FieldSet {
  return fieldsBelow(type, value).below;
}

interface Fields {
  readonly self: boolean;
  readonly below: FieldSet;
}

const WHOLE: Fields = { self: true, below: LEAF };
const NONE: Fields = { self: false, below: LEAF };

function fieldsBelow(type: MergeType, value: unknown): Fields {
  const chosen = formOf(type, value);
  switch (chosen.form) {
    case "scalar":
      return WHOLE;
    case "map":
      if (chosen.map.atomic) return WHOLE;
      return isMembers(value) ? { self: false, below: membersOf(chosen.map, value) } : NONE;
    case "list":
      if (chosen.list.relationship === "atomic") return WHOLE;
      return Array.isArray(value) ? { self: false, below: itemsOf(chosen.list, value) } : NONE;
  }
}

function membersOf(map: MergeMap, members: Members): FieldSet {
  const set: FieldSetDraft = {};
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue;
    const { self, below } = fieldsBelow(memberType(map, name), value);
    const node = nodeOf(self || isNothing(value) || !map.field(name), below);
    if (node) set[`f:${name}`] = node;
  }
  return set;
}

/** Null and the empty object have nothing below them that could stand for them. */
function isNothing(value: unknown): boolean {
  if (value === null) return true;
  if (!isMembers(value)) return false;
  for (const name in value) if (value[name] !== undefined) return false;
  return true;
}

function itemsOf(list: MergeList, items: readonly unknown[]): FieldSet {
  const set: FieldSetDraft = {};
  for (const item of items) {
    const element = itemElement(list, item);
    // Items that cannot be told apart are owned together, and whole.
    if (isMember(set[element])) set[element] = LEAF;
    else set[element] = nodeOf(true, fieldsBelow(list.item, item).below) ?? LEAF;
  }
  return set;
}
