/** How an applied configuration, and the fields it gave up, change an object. */
import { type FieldSet, isEmpty, isMember } from "./field-set.ts";
import type { MergeList, MergeMap, MergeType } from "./merge-type.ts";
import { itemElement } from "./path-element.ts";
import { formOf, isMembers, type Members, memberType } from "./value-form.ts";

/**
 * `live` with everything `applied` sets; undefined where nothing is left to say. Neither is changed. A null clears a
 * scalar and what is owned whole; of other objects and lists it says nothing.
 */
export function mergeApplied(type: MergeType, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  const chosen = formOf(type, applied);
  if (live !== undefined && live !== null && formOf(type, live).form !== chosen.form) return applied;
  if (chosen.form === "map" && !chosen.map.atomic) return mergeMaps(chosen.map, live, applied);
  if (chosen.form === "list" && chosen.list.relationship !== "atomic") return mergeLists(chosen.list, live, applied);
  return applied;
}

function mergeMaps(map: MergeMap, live: unknown, applied: unknown): unknown {
  const now = isMembers(live) ? live : {};
  const wanted = isMembers(applied) ? applied : {};
  if (Object.keys(now).length === 0 && Object.keys(wanted).length === 0) return applied;
  const merged: Record<string, unknown> = { ...now };
  for (const [name, value] of Object.entries(wanted)) {
    const member = mergeApplied(memberType(map, name), Object.hasOwn(now, name) ? now[name] : undefined, value);
    if (member === undefined) delete merged[name];
    else setMember(merged, name, member);
  }
  return merged;
}

function mergeLists(list: MergeList, live: unknown, applied: unknown): unknown {
  const now: readonly unknown[] = Array.isArray(live) ? live : [];
  const wanted: readonly unknown[] = Array.isArray(applied) ? applied : [];
  if (now.length === 0 && wanted.length === 0) return applied;
  const [old, asked] = [indexed(list, now), indexed(list, wanted)];
  const items = mergedOrder([...old.keys()], [...asked.keys()]).flatMap((element) => {
    const [there = []] = [old.get(element)];
    const value = asked.get(element);
    if (value === undefined) return there;
    const merged = mergeApplied(list.item, there.length === 1 ? there[0] : undefined, value[0]);
    return merged === undefined ? [] : [merged];
  });
  return items;
}

function indexed(list: MergeList, items: readonly unknown[]): Map<string, unknown[]> {
  const byElement = new Map<string, unknown[]>();
  for (const item of items) {
    const element = itemElement(list, item);
    const same = byElement.get(element);
    if (same) same.push(item);
    else byElement.set(element, [item]);
  }
  return byElement;
}

/**
 * The items of both lists: those of `asked` in its order, and each of the others before the item it stood before in `old`.
 */
function mergedOrder(old: readonly string[], asked: readonly string[]): string[] {
  const isAsked = new Set(asked);
  const wasThere = new Set(old);
  const shared = asked.filter((element) => wasThere.has(element));
  const order: string[] = [];
  let [left, right, next] = [0, 0, 0];
  while (left < old.length || right < asked.length) {
    const [there, wanted] = [old[left], asked[right]];
    if (there !== undefined && wanted !== undefined) {
      if (there === wanted) {
        order.push(there);
        left++;
        right++;
        next++;
        continue;
      }
      // An item of both lists whose turn comes later.
      if (isAsked.has(there) && shared[next] !== undefined && shared[next] !== there) {
        left++;
        continue;
      }
    }
    if (there !== undefined && !isAsked.has(there)) {
      order.push(there);
      left++;
    } else if (wanted !== undefined) {
      order.push(wanted);
      right++;
      if (shared[next] === wanted) next++;
    } else left++;
  }
  return order;
}

/**
 * `value` without the members of `removed`. An object or a list that loses all it had is null: it is there still, and has
 * nothing to show.
 */
export function removeFields(type: MergeType, value: unknown, removed: FieldSet): unknown {
  const chosen = formOf(type, value);
  if (chosen.form === "map" && !chosen.map.atomic && isMembers(value))
    return withoutMembers(chosen.map, value, removed);
  if (chosen.form === "list" && chosen.list.relationship !== "atomic" && Array.isArray(value)) {
    return withoutItems(chosen.list, value, removed);
  }
  return value;
}

function withoutMembers(map: MergeMap, value: Members, removed: FieldSet): unknown {
  const rest: Record<string, unknown> = {};
  let any = false;
  for (const [name, member] of Object.entries(value)) {
    const node = removed[`f:${name}`];
    if (isMember(node)) continue;
    const left = node && !isEmpty(node) ? removeFields(memberType(map, name), member, node) : member;
    setMember(rest, name, left);
    any = true;
  }
  return any ? rest : null;
}

function withoutItems(list: MergeList, items: readonly unknown[], removed: FieldSet): unknown {
  const rest = items.flatMap((item) => {
    const node = removed[itemElement(list, item)];
    if (isMember(node)) return [];
    return [node ? removeFields(list.item, item, node) : item];
  });
  return rest.length > 0 ? rest : null;
}

/** `pruned` without the nulls that stand for what was pruned from `merged`. */
export function withoutEmptied(pruned: unknown, merged: unknown): unknown {
  if (Array.isArray(pruned) || !isMembers(pruned) || !isMembers(merged)) return pruned;
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(pruned)) {
    const before = Object.hasOwn(merged, name) ? merged[name] : null;
    if (value !== null || before === null) setMember(rest, name, withoutEmptied(value, before));
  }
  return rest;
}

function setMember(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__")
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  else target[name] = value;
}
