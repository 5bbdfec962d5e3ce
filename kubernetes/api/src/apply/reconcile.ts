/** Records made under an earlier schema of a custom resource, as its schema is now. */
import { type FieldSet, type FieldSetDraft, isEmpty, isMember, LEAF, nodeOf } from "./field-set.ts";
import { fieldsOf } from "./fields-of.ts";
import type { MergeType } from "./merge-type.ts";
import { typeAt } from "./named-fields.ts";
import { itemElement } from "./path-element.ts";
import { isMembers } from "./value-form.ts";

/**
 * The set with what is owned whole now owned whole, and the items of lists that are no longer owned whole each in it, as
 * `value` has them. The set itself where that changes nothing. Throws `NoIdentity`.
 */
export function reconciled(type: MergeType, set: FieldSet, value: unknown): FieldSet {
  const result: FieldSetDraft = {};
  const values = valuesIn(type, value);
  let changed = false;
  for (const [element, node] of Object.entries(set)) {
    if (element === ".") continue;
    const below = reconciledNode(typeAt(type, element), node, values.get(element));
    changed ||= below !== node;
    if (below) result[element] = below;
  }
  if (!changed) return set;
  return isMember(set) && !isEmpty(set) ? { ".": LEAF, ...result } : result;
}

function reconciledNode(type: MergeType, node: FieldSet, value: unknown): FieldSet | undefined {
  const whole = Array.isArray(value) ? type.list?.relationship === "atomic" : type.map?.atomic === true;
  if (whole) return isEmpty(node) ? node : LEAF;
  if (isEmpty(node)) {
    const splits = Array.isArray(value) && value.length > 0 && type.list !== undefined;
    return splits ? nodeOf(false, fieldsOf(type, value)) : node;
  }
  return reconciled(type, node, value);
}

/** What is below a value, by the steps to it. */
function valuesIn({ list }: MergeType, value: unknown): ReadonlyMap<string, unknown> {
  if (isMembers(value)) return new Map(Object.entries(value).map(([name, member]) => [`f:${name}`, member]));
  if (!Array.isArray(value) || !list || list.relationship === "atomic") return new Map();
  return new Map(value.map((item) => [itemElement(list, item), item]));
}
