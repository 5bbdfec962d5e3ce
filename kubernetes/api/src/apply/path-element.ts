/**
 * One step of a path in a set of fields, spelled as `metadata.managedFields` has it: `f:name` is a member of an object,
 * `k:{"name":"web"}` an item of a list told by its keys, `v:"a"` one told by its value, `i:0` one told by its place.
 */
import type { MergeList } from "./merge-type.ts";

/** A list item that cannot be told from the others. */
export class NoIdentity extends Error {}

/** The step to an item of a list of type map or set. Throws `NoIdentity` where the item lacks what it is told by. */
export function itemElement(list: MergeList, item: unknown): string {
  return list.relationship === "map" ? keyElement(list, item) : valueElement(item);
}

function keyElement({ keys, item: itemType }: MergeList, item: unknown): string {
  if (item === null || item === undefined) {
    throw new NoIdentity("associative list with keys may not have a null element");
  }
  if (typeof item !== "object" || Array.isArray(item)) {
    throw new NoIdentity("associative list with keys may not have non-map elements");
  }
  const members = item as Record<string, unknown>;
  const found: Record<string, unknown> = {};
  let any = false;
  for (const name of keys.length > 1 ? keys.toSorted() : keys) {
    const value = Object.hasOwn(members, name) ? members[name] : itemType.map?.field(name)?.default;
    if (value === undefined) continue;
    found[name] = value;
    any = true;
  }
  if (any) return `k:${JSON.stringify(found)}`;
  const names = keys.map((name) => JSON.stringify(name)).join(" ");
  throw new NoIdentity(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

function valueElement(item: unknown): string {
  if (item === null || item === undefined) {
    throw new NoIdentity("associative list without keys has an element that's an explicit null");
  }
  if (Array.isArray(item)) throw new NoIdentity("not supported: associative list with lists as elements");
  if (typeof item === "object") {
    throw new NoIdentity("associative list without keys has an element that's a map type");
  }
  return `v:${JSON.stringify(item)}`;
}

/** Whether `text` is a step at all. What a later version may add is none, and is left out of sets. */
export function isElement(text: string): boolean {
  if (text.startsWith("f:")) return true;
  if (text.startsWith("i:")) return /^-?\d+$/.test(text.slice(2));
  if (!text.startsWith("k:") && !text.startsWith("v:")) return false;
  try {
    const value: unknown = JSON.parse(text.slice(2));
    return text.startsWith("v:") || (typeof value === "object" && value !== null && !Array.isArray(value));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** A step as paths in messages have it: `.spec`, `[name="web"]`, `[="a"]`, `[0]`. */
export function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const value: unknown = JSON.parse(rest);
  if (element.startsWith("v:")) return `[=${JSON.stringify(value)}]`;
  const keys = Object.entries(value as object).map(([name, key]) => `${name}=${JSON.stringify(key)}`);
  return `[${keys.join(",")}]`;
}

const KINDS = "fkvi";

/** Sorts steps into the order of a record: members, then items by keys, by value, by place. */
export function sortElements(elements: string[]): string[] {
  if (elements.every((element, at) => at === 0 || ((elements[at - 1] ?? "") < element && element.startsWith("f:")))) {
    return elements;
  }
  const parsed = new Map(elements.map((element) => [element, parse(element)]));
  return elements.sort((a, b) => compare(a, b, parsed.get(a), parsed.get(b)));
}

function parse(element: string): unknown {
  const rest = element.slice(2);
  return element.startsWith("f:") ? rest : JSON.parse(rest);
}

function compare(a: string, b: string, left: unknown, right: unknown): number {
  const kinds = KINDS.indexOf(a.charAt(0)) - KINDS.indexOf(b.charAt(0));
  if (kinds !== 0) return kinds;
  return a.startsWith("k:") ? compareKeys(left, right) : compareScalars(left, right);
}

function compareKeys(a: unknown, b: unknown): number {
  const [left, right] = [Object.entries(a as object), Object.entries(b as object)];
  for (const [at, [name, value]] of left.entries()) {
    const other = right[at];
    if (!other) return 1;
    if (name !== other[0]) return name < other[0] ? -1 : 1;
    const order = compareScalars(value, other[1]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const TYPES = ["number", "string", "boolean", "object"];

function compareScalars(a: unknown, b: unknown): number {
  const types = TYPES.indexOf(typeof a) - TYPES.indexOf(typeof b);
  if (types !== 0) return types;
  if (typeof a === "object")
    return JSON.stringify(a) < JSON.stringify(b) ? -1 : Number(JSON.stringify(a) !== JSON.stringify(b));
  return (a as string) < (b as string) ? -1 : Number(a !== b);
}
