/** What an attribute may be: how it is checked and brought into its one form, and how two files' values become one. */
import { type Entry, kindOf, type Node } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";

/** What reading needs to know of the file. */
export interface Reading {
  /** Relative paths are relative to this directory, absolute itself. */
  readonly baseDirectory: string;
  /** False: relative paths stay as they are written. */
  readonly resolvePaths: boolean;
  /** False: values that still hold variables are let through wherever they stand. */
  readonly interpolated: boolean;
  /** For paths that begin with `~`. */
  readonly home: string | undefined;
  /** Whether the values are merged over those of an earlier file: what is empty then says nothing. */
  readonly isOverride: boolean;
  /** How many ports the whole load may still have: one short text can stand for 65,535. */
  readonly ports: { left: number };
  /** Tells people, once, of what is read but is not going to have an effect. */
  warn(message: string): void;
}

/** The rules of an attribute. Both functions are pure; `path` is the attribute's, for errors. */
export interface Shape {
  /** Gives the canonical form of what is written. Throws `ComposeFileError` at the value that is wrong. */
  read(node: Node, path: string, reading: Reading): Node;
  /** Joins two canonical values; `over` comes from the later file. */
  merge(base: Node, over: Node, path: string): Node;
  /** Whether an empty value means something of its own. */
  readonly takesNothing?: boolean;
}

/** Joins what an earlier file has, if anything, with a later one's, as the tags `!reset` and `!override` say. */
export function merged(shape: Shape, base: Node | undefined, over: Node, path: string): Node {
  if (base === undefined || base.tag === "reset" || over.tag !== undefined) return over;
  return shape.merge(base, over, path);
}

/** The merge of values that have no parts: the later one's. */
export function later(_base: Node, over: Node): Node {
  return over;
}

/** Joins mappings key by key, each by the shape that `shapeOf` names. Keys without one take the later value. */
export function mergeEntries(base: Node, over: Node, path: string, shapeOf: (key: string) => Shape | undefined): Node {
  if (base.kind !== "map" || over.kind !== "map") return over;
  const entries = new Map<string, Entry>(base.entries);
  for (const [name, entry] of over.entries) {
    const shape = shapeOf(name);
    const before = entries.get(name)?.value;
    const value = shape === undefined ? entry.value : merged(shape, before, entry.value, `${path}.${name}`);
    entries.set(name, { key: entry.key, value });
  }
  return { ...base, entries };
}

/** Ends reading: `node` is not what its attribute may be. */
export function mustBe(node: Node, path: string, expected: string): never {
  if (node.kind === "scalar" && node.value !== null) {
    return failAt(node.at, path, `must be ${expected}, not ${quoted(node.value)}`);
  }
  return failAt(node.at, path, `must be ${expected}, but is ${kindOf(node)}`);
}

/** Whether an attribute in an override is to be passed over: it is written, but nothing is given. */
export function saysNothing(shape: Shape, value: Node, reading: Reading): boolean {
  const isNothing = value.kind === "scalar" && value.value === null && value.tag === undefined;
  return reading.isOverride && isNothing && shape.takesNothing !== true;
}

/** Whether `node` is let through unread: taken away by its tag, or holding variables that were not interpolated. */
export function isOpaque(node: Node, reading: Reading): boolean {
  if (node.tag === "reset") return true;
  return !reading.interpolated && node.kind === "scalar" && typeof node.value === "string" && node.value.includes("$");
}
