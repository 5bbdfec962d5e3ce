/** What makes one state of an object of another, as sets of fields. */
import { type FieldSet, type FieldSetDraft, LEAF, memberNode, nodeOf } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import type { MergeList, MergeMap, MergeType } from "./merge-type.ts";
import { itemElement } from "./path-element.ts";
import { formOf, isMembers, type Members, memberType } from "./value-form.ts";

/** The fields that are new, have another value, or are gone. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** How a place differs: itself, and below it. */
interface Difference extends Comparison {
  readonly self: keyof Comparison | undefined;
}

const SAME: Comparison = { added: LEAF, modified: LEAF, removed: LEAF };

/** Compares two objects of the type. Throws `NoIdentity` for lists whose items cannot be told apart. */
export function compare(type: MergeType, before: unknown, after: unknown): Comparison {
  return differ(type, before, after) ?? SAME;
}

/** Undefined is no value; null is one. */
function differ(type: MergeType, before: unknown, after: unknown): Difference | undefined {
  // Most of an object is as it was, and to find that out takes no schema.
  if (sameValue(before, after)) return undefined;
  if (before === undefined) return { ...SAME, self: "added", added: addedBelow(type, after) };
  const [old, now] = [formOf(type, before), formOf(type, after)];
  if (before !== undefined && after !== undefined && old.form !== now.form) {
    return { self: "modified", added: fieldsOf(type, after), modified: LEAF, removed: fieldsOf(type, before) };
  }
  const chosen = after === undefined ? old : now;
  if (chosen.form === "map" && !chosen.map.atomic && !(hasNone(before) && hasNone(after))) {
    return inMap(chosen.map, before, after);
  }
  if (chosen.form === "list" && chosen.list.relationship !== "atomic" && !(hasNone(before) && hasNone(after))) {
    return inList(chosen.list, before, after);
  }
  return leaf(before, after);
}

function leaf(before: unknown, after: unknown): Difference {
  return { ...SAME, self: presence(before, after) ?? "modified" };
}

function presence(before: unknown, after: unknown): "added" | "removed" | undefined {
  if (before === undefined) return "added";
  return after === undefined ? "removed" : undefined;
}

/** What is below a place that had no value: all of it is new, as all of a new object's spec is. */
function addedBelow(type: MergeType, value: unknown): FieldSet {
  const chosen = formOf(type, value);
  if (chosen.form === "map" && !chosen.map.atomic && isMembers(value)) return addedMembers(chosen.map, value);
  if (chosen.form === "list" && chosen.list.relationship !== "atomic") return addedItems(chosen.list, value);
  return LEAF;
}

function addedMembers(map: MergeMap, members: Members): FieldSet {
  const set: FieldSetDraft = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined) set[`f:${name}`] = memberNode(addedBelow(memberType(map, name), value));
  }
  return set;
}

function addedItems(list: MergeList, value: unknown): FieldSet {
  const set: FieldSetDraft = {};
  for (const [element, items] of itemsOf(list, value)) {
    set[element] = items.length > 1 ? LEAF : memberNode(addedBelow(list.item, items[0]));
  }
  return set;
}

function inMap(map: MergeMap, before: unknown, after: unknown): Difference | undefined {
  const [old, now] = [membersOf(before), membersOf(after)];
  const found = new Differences();
  for (const name of Object.keys(now)) {
    found.put(`f:${name}`, differ(memberType(map, name), memberOf(old, name), now[name]));
  }
  for (const name of Object.keys(old)) {
    if (memberOf(now, name) === undefined) found.put(`f:${name}`, differ(memberType(map, name), old[name], undefined));
  }
  return found.under(presence(before, after));
}

const NO_MEMBERS: Members = {};

function membersOf(value: unknown): Members {
  return isMembers(value) ? value : NO_MEMBERS;
}

/** Not what every object has by that name, such as `constructor`. */
function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function inList(list: MergeList, before: unknown, after: unknown): Difference | undefined {
  const [old, now] = [itemsOf(list, before), itemsOf(list, after)];
  const found = new Differences();
  for (const [element, items] of now) found.put(element, ofItems(list, old.get(element), items));
  for (const [element, items] of old) if (!now.has(element)) found.put(element, ofItems(list, items, undefined));
  return found.under(presence(before, after));
}

function itemsOf(list: MergeList, value: unknown): Map<string, unknown[]> {
  const items = new Map<string, unknown[]>();
  for (const item of Array.isArray(value) ? value : []) {
    const element = itemElement(list, item);
    const same = items.get(element);
    if (same) same.push(item);
    else items.set(element, [item]);
  }
  return items;
}

/** Items of the same identity are compared together, and whole. */
function ofItems(
  list: MergeList,
  before: readonly unknown[] | undefined,
  after: readonly unknown[] | undefined,
): Difference | undefined {
  if ((before?.length ?? 0) > 1 || (after?.length ?? 0) > 1) {
    return sameValue(before, after) ? undefined : leaf(before, after);
  }
  return differ(list.item, before?.[0], after?.[0]);
}

function hasNone(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  for (const name of Object.keys(value)) if ((value as Members)[name] !== undefined) return false;
  return true;
}

/** The differences below a place. */
class Differences {
  readonly #sets = { added: {} as FieldSetDraft, modified: {} as FieldSetDraft, removed: {} as FieldSetDraft };
  #any = false;

  put(element: string, difference: Difference | undefined): void {
    if (!difference) return;
    this.#any = true;
    for (const what of ["added", "modified", "removed"] as const) {
      const node = nodeOf(difference.self === what, difference[what]);
      if (node) this.#sets[what][element] = node;
    }
  }

  under(self: Difference["self"]): Difference | undefined {
    return this.#any || self ? { self, ...this.#sets } : undefined;
  }
}

/** Whether two values are the same JSON; members that are undefined are none. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => sameValue(item, b[at]))
    );
  }
  const [left, right] = [a as Members, b as Members];
  for (const name in left) if (!sameValue(left[name], memberOf(right, name))) return false;
  for (const name in right) if (right[name] !== undefined && memberOf(left, name) === undefined) return false;
  return true;
}
