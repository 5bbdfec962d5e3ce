/**
 * Sets of fields, in the very form `metadata.managedFields` has them (FieldsV1): a tree whose keys are the steps of
 * `path-element.ts`. A node with nothing below it is in the set; one with something below is in it only where it has the key
 * `.` too. The root stands for the object, which is never in the set.
 */
import { elementText, isElement, sortElements } from "./path-element.ts";

/** A set of fields, or a node of one. Immutable. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/** A set being built. */
export type FieldSetDraft = Record<string, FieldSet>;

/** A node that is in its set and has nothing below it; as a root, the empty set. */
export const LEAF: FieldSet = Object.freeze({});

const SELF = ".";

/** Whether a root has no members, or a node nothing below it. */
export function isEmpty(set: FieldSet): boolean {
  for (const element in set) if (element !== SELF) return false;
  return true;
}

/** Whether a node is itself in the set. */
export function isMember(node: FieldSet | undefined): boolean {
  return node !== undefined && (Object.hasOwn(node, SELF) || isEmpty(node));
}

/** The node with `below` under it; undefined where it would be neither in the set nor have anything below it. */
export function nodeOf(member: boolean, below: FieldSet): FieldSet | undefined {
  if (member) return memberNode(below);
  return isEmpty(below) ? undefined : below;
}

/** The node of a member with `below` under it. */
export function memberNode(below: FieldSet): FieldSet {
  return isEmpty(below) ? LEAF : { [SELF]: LEAF, ...below };
}

/** What is in `a` and not in `b`. A field of `a` below one that `b` holds stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : without(a, b, false);
}

/** What is in `a`, and is neither in `b` nor below anything that is. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  return isEmpty(b) ? a : without(a, b, true);
}

function without(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet {
  const rest: FieldSetDraft = {};
  for (const element in a) {
    const [inA, inB] = [a[element], b[element]];
    if (element === SELF || inA === undefined) continue;
    if (inB === undefined) {
      rest[element] = inA;
      continue;
    }
    const taken = isMember(inB);
    const below = recursive && taken ? LEAF : without(inA, inB, recursive);
    const node = nodeOf(isMember(inA) && !taken, below);
    if (node) rest[element] = node;
  }
  return rest;
}

/** What is in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  const all: FieldSetDraft = {};
  for (const element in a) {
    const inA = a[element];
    if (element !== SELF && inA !== undefined) all[element] = inA;
  }
  for (const element in b) {
    const [inA, inB] = [a[element], b[element]];
    if (element === SELF || inB === undefined) continue;
    if (inA === undefined) all[element] = inB;
    else all[element] = nodeOf(isMember(inA) || isMember(inB), union(inA, inB)) ?? LEAF;
  }
  return all;
}

/** What is in both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const both: FieldSetDraft = {};
  for (const element in a) {
    const [inA, inB] = [a[element], b[element]];
    if (element === SELF || inA === undefined || inB === undefined) continue;
    const node = nodeOf(isMember(inA) && isMember(inB), intersection(inA, inB));
    if (node) both[element] = node;
  }
  return both;
}

/** Whether two sets have the same members. */
export function sameSet(a: FieldSet, b: FieldSet): boolean {
  return isEmpty(difference(a, b)) && isEmpty(difference(b, a));
}

/** Sets that are in order because they were written so: most of what a write records comes from a stored record as it was. */
const ordered = new WeakSet<FieldSet>();

/** The set in the order it is written; the set itself where it is so already. */
export function inOrder(set: FieldSet): FieldSet {
  if (ordered.has(set)) return set;
  const given = Object.keys(set).filter((element) => element !== SELF);
  const elements = sortElements([...given]);
  const draft: FieldSetDraft = Object.hasOwn(set, SELF) ? { [SELF]: LEAF } : {};
  let isSame = elements.every((element, at) => element === given[at]);
  for (const element of elements) {
    const node = set[element] ?? LEAF;
    const isLeaf = isEmpty(node);
    const below = isLeaf ? LEAF : inOrder(node);
    draft[element] = below;
    isSame &&= isLeaf ? !Object.hasOwn(node, SELF) : below === node;
  }
  return isSame ? set : draft;
}

/** Notes that a set is in order, because it was written so. */
export function knownInOrder(set: FieldSet): FieldSet {
  ordered.add(set);
  return set;
}

/** The members as paths (`.spec.containers[name="web"].image`): at each place the members first, then what is below them. */
export function pathsOf(set: FieldSet, prefix = ""): string[] {
  const steps = Object.keys(inOrder(set)).filter((element) => element !== SELF);
  const members = steps.filter((element) => isMember(set[element])).map((element) => prefix + elementText(element));
  const below = steps.flatMap((element) => pathsOf(set[element] ?? LEAF, prefix + elementText(element)));
  return [...members, ...below];
}

/** Sets nested deeper than this are not read: no object of the API is. */
const MAX_DEPTH = 512;

/** Reads a set a client sent or an earlier version wrote. Steps of unknown form are left out; undefined for what is no set at all. */
export function parseSet(value: unknown, depth = 0): FieldSet | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > MAX_DEPTH) return undefined;
  const set: FieldSetDraft = {};
  for (const [element, node] of Object.entries(value)) {
    if (element === SELF) set[SELF] = LEAF;
    else if (!isElement(element)) continue;
    else {
      const below = parseSet(node, depth + 1);
      if (!below) return undefined;
      set[element] = below;
    }
  }
  return set;
}
