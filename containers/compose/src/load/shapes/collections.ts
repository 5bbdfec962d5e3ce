/** Attributes with parts: mappings and lists. */
import { attribute, type Entry, list, mapping, type Node, scalar, withEntries } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { suggestion } from "../suggestion.ts";
import { anything, looseText, textOrNull } from "./scalars.ts";
import { isOpaque, later, merged, mergeEntries, mustBe, type Reading, type Shape, saysNothing } from "./shape.ts";

/** Options of `object`. */
interface ObjectOptions {
  /** Read as an empty mapping when nothing is given. */
  readonly nullable?: boolean;
  /** Rewrites a short syntax (anything that is no mapping) into a mapping, before it is read. */
  readonly expand?: (node: Node, path: string, reading: Reading) => Node;
}

/** A mapping whose attributes are known; `x-` ones are kept. */
export function object(attributes: Readonly<Record<string, Shape>>, options: ObjectOptions = {}): Shape {
  const known = new Map(Object.entries(attributes));
  return {
    read(written, path, reading) {
      if (isOpaque(written, reading)) return written;
      if (isNothing(written) && options.nullable === true) return mapping({}, written);
      const node = written.kind === "map" ? written : (options.expand?.(written, path, reading) ?? written);
      if (node.kind !== "map") return mustBe(node, path, "a mapping");
      const entries = new Map<string, Entry>();
      for (const [name, { key, value }] of node.entries) {
        const inner = below(path, name);
        const shape = known.get(name) ?? (name.startsWith("x-") ? anything : undefined);
        if (shape === undefined)
          return failAt(key, inner, `is not an attribute that Compose knows${suggestion(name, known.keys())}`);
        if (!saysNothing(shape, value, reading)) entries.set(name, { key, value: shape.read(value, inner, reading) });
      }
      return withEntries(node, entries);
    },
    merge: (base, over, path) => mergeEntries(base, over, path, (name) => known.get(name)),
    takesNothing: options.nullable === true,
  };
}

/** Options of `mapOf`. */
interface MapOptions {
  /** What a key must be. */
  readonly key?: { readonly pattern: RegExp; readonly expected: string };
  readonly nullable?: boolean;
  readonly expand?: ObjectOptions["expand"];
}

/** A mapping whose keys are the user's own. */
export function mapOf(shape: Shape, { key: rule, nullable = false, expand }: MapOptions = {}): Shape {
  return {
    read(written, path, reading) {
      if (isOpaque(written, reading)) return written;
      if (isNothing(written) && nullable) return mapping({}, written);
      const node = written.kind === "map" ? written : (expand?.(written, path, reading) ?? written);
      if (node.kind !== "map") return mustBe(node, path, "a mapping");
      const entries = new Map<string, Entry>();
      for (const [name, { key, value }] of node.entries) {
        const inner = below(path, name);
        if (rule !== undefined && !rule.pattern.test(name)) return failAt(key, inner, rule.expected);
        if (!saysNothing(shape, value, reading)) entries.set(name, { key, value: shape.read(value, inner, reading) });
      }
      return withEntries(node, entries);
    },
    merge: (base, over, path) => mergeEntries(base, over, path, () => shape),
    takesNothing: nullable,
  };
}

/**
 * A list; a later file's items are added, and one with the same `key` as an earlier one takes its place, or is merged into it
 * if `joined`.
 */
export function listOf(shape: Shape, key: (item: Node) => string = plainKey, { joined = false } = {}): Shape {
  return {
    read(node, path, reading) {
      if (isOpaque(node, reading)) return node;
      if (node.kind !== "list") return mustBe(node, path, "a list");
      return unique(
        { ...node, items: node.items.map((item, index) => shape.read(item, `${path}[${index}]`, reading)) },
        key,
      );
    },
    merge(base, over, path) {
      if (base.kind !== "list" || over.kind !== "list") return over;
      const before = new Map(joined ? base.items.map((item) => [key(item), item] as const) : []);
      const added = over.items.map((item) => merged(shape, before.get(key(item)), item, path));
      return unique({ ...base, items: [...base.items, ...added] }, key);
    },
  };
}

/** A list that a later file replaces whole; its items may repeat. */
export function sequence(shape: Shape): Shape {
  return {
    read(node, path, reading) {
      if (isOpaque(node, reading)) return node;
      if (node.kind !== "list") return mustBe(node, path, "a list");
      return { ...node, items: node.items.map((item, index) => shape.read(item, `${path}[${index}]`, reading)) };
    },
    merge: later,
  };
}

/** A list of strings, of which no two are equal. */
export const texts: Shape = listOf(looseText);

/** A list, or one item alone. */
export function oneOrMore(items: Shape): Shape {
  return {
    read: (node, path, reading) => {
      const listed = node.kind === "list" || isOpaque(node, reading) || isNothing(node) ? node : list([node], node);
      return items.read(listed, path, reading);
    },
    merge: items.merge,
  };
}

/** A list of strings, or one string. */
export const textOrTexts: Shape = oneOrMore(texts);

/** Makes the `expand` of a mapping that may be written as one string: the value of `name`. */
export function shorthand(name: string, expected: string): NonNullable<ObjectOptions["expand"]> {
  return (node, path) => {
    if (node.kind !== "scalar" || typeof node.value !== "string") return mustBe(node, path, expected);
    return mapping({ [name]: node }, node);
  };
}

/** A mapping that may be written as a list of its keys, whose values `value` makes. */
export function named(shape: Shape, rule: MapOptions["key"], value: (name: Node) => Node): Shape {
  const expand: ObjectOptions["expand"] = (node, path) => {
    if (node.kind !== "list") return mustBe(node, path, "a list or a mapping");
    const names = node.items.map((item, index) => {
      if (item.kind === "scalar" && item.value !== null)
        return [String(item.value), { key: item.at, value: value(item) }] as const;
      return mustBe(item, `${path}[${index}]`, "a name");
    });
    return withEntries(mapping({}, node), new Map(names));
  };
  return mapOf(shape, rule === undefined ? { expand } : { key: rule, expand });
}

/** A mapping that may be nothing at all. */
export function optional(shape: Shape): Shape {
  return {
    read: (node, path, reading) => (isNothing(node) ? node : shape.read(node, path, reading)),
    merge: (base, over, path) => (isNothing(over) ? base : isNothing(base) ? over : shape.merge(base, over, path)),
    takesNothing: true,
  };
}

/** `node` with `name` set to `value` where it says nothing of its own. */
export function withDefault(node: Node, name: string, value: Node): Node {
  if (node.kind !== "map" || node.entries.has(name)) return node;
  return withEntries(node, new Map([...node.entries, [name, { key: value.at, value }]]));
}

/** Like `shape`, but a later file's value replaces the earlier one whole. */
export function replaced(shape: Shape): Shape {
  return { read: shape.read, merge: later };
}

/** A mapping of texts, or a list of `NAME=value` and `NAME`; becomes a mapping. Without a value it is null, or `missing`. */
export function listOrMap(missing: string | null = null): Shape {
  const value: Shape = {
    takesNothing: true,
    read: (node, path, reading) => {
      const read = textOrNull.read(node, path, reading);
      return read.kind === "scalar" && read.value === null && missing !== null ? scalar(missing, read) : read;
    },
    merge: later,
  };
  return mapOf(value, { expand: assignments });
}

/** A list of `NAME=value` and `NAME` as a mapping; what is no list is left as it is. */
export function assignments(node: Node, path: string): Node {
  if (node.kind !== "list") return node;
  const entries = new Map<string, Entry>();
  for (const [index, item] of node.items.entries()) {
    const inner = `${path}[${index}]`;
    if (item.kind !== "scalar" || item.value === null) return mustBe(item, inner, "a string such as NAME=value");
    const written = String(item.value);
    const at = written.indexOf("=");
    const name = at < 0 ? written : written.slice(0, at);
    if (name === "") return failAt(item.at, inner, `${quoted(written)} has no name`);
    entries.set(name, { key: item.at, value: scalar(at < 0 ? null : written.slice(at + 1), item) });
  }
  return withEntries(mapping({}, node), entries);
}

/** A list without the items whose key comes again: the later one stands in the place of the earlier. */
function unique(node: Node, key: (item: Node) => string): Node {
  if (node.kind !== "list") return node;
  const items = new Map<string, Node>();
  for (const item of node.items) items.set(key(item), item);
  return items.size === node.items.length ? node : { ...node, items: [...items.values()] };
}

function plainKey(item: Node): string {
  if (item.kind === "scalar") return String(item.value);
  return `${item.at.source.path}:${item.at.offset}`;
}

/** A key function: the texts of some attributes. */
export function keyOf(...names: readonly string[]): (item: Node) => string {
  return (item) => {
    const parts = names.map((name) => {
      const value = attribute(item, name);
      return value?.kind === "scalar" ? String(value.value) : "";
    });
    return parts.every((part) => part === "") ? plainKey(item) : parts.join("\0");
  };
}

function isNothing(node: Node): boolean {
  return node.kind === "scalar" && node.value === null;
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
