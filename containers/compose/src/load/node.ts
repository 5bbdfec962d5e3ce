/** Values of a Compose file that know where they were written: through merging and extending, an error can still point there. */
import { failAt, type Position } from "./source.ts";

/** A scalar's value. */
export type ScalarValue = string | number | boolean | null;

/** `!reset` takes away what an earlier file said, `!override` replaces it instead of merging. */
export type MergeTag = "reset" | "override";

/** A value with no parts. */
export interface Scalar {
  readonly kind: "scalar";
  readonly value: ScalarValue;
  readonly at: Position;
  readonly tag?: MergeTag;
}

/** A sequence. */
export interface List {
  readonly kind: "list";
  readonly items: readonly Node[];
  readonly at: Position;
  readonly tag?: MergeTag;
}

/** An attribute of a mapping: where its key stands, and its value. */
export interface Entry {
  readonly key: Position;
  readonly value: Node;
}

/** A mapping, in the order of the file. */
export interface Mapping {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: Position;
  readonly tag?: MergeTag;
}

/** Any value of a file. Never changed once made. */
export type Node = Scalar | List | Mapping;

/** A scalar that stands where `at` does. */
export function scalar(value: ScalarValue, at: Node): Scalar {
  return { kind: "scalar", value, at: at.at, ...tagOf(at) };
}

/** A list in the place of `at`. */
export function list(items: readonly Node[], at: Node): List {
  return { kind: "list", items, at: at.at, ...tagOf(at) };
}

/** A mapping in the place of `at`; each key stands where its value does. Values that are undefined are left out. */
export function mapping(values: Readonly<Record<string, Node | undefined>>, at: Node): Mapping {
  const entries = new Map<string, Entry>();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) entries.set(key, { key: value.at, value });
  }
  return { kind: "map", entries, at: at.at, ...tagOf(at) };
}

/** `node` with other entries. */
export function withEntries(node: Mapping, entries: ReadonlyMap<string, Entry>): Mapping {
  return { ...node, entries };
}

/** The value of an attribute, if `node` is a mapping that has it. */
export function attribute(node: Node | undefined, name: string): Node | undefined {
  return node?.kind === "map" ? node.entries.get(name)?.value : undefined;
}

/** The text of an attribute, if it is one. */
export function textOf(node: Node | undefined, name: string): string | undefined {
  const value = attribute(node, name);
  return value?.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
}

/** What a value is called in messages. */
export function kindOf(node: Node): string {
  if (node.kind === "map") return "a mapping";
  if (node.kind === "list") return "a list";
  if (node.value === null) return "empty";
  return typeof node.value === "string" ? "a string" : typeof node.value === "number" ? "a number" : "a boolean";
}

/** How many values `plain` may still make. */
interface Budget {
  left: number;
}

/** Services that extend one another share their parts until they become plain: this is where that ends. */
const MOST_VALUES = 500_000;

/**
 * Gives the plain value: mappings become objects with their keys in order, and what `!reset` takes away is left out. Throws
 * `ComposeFileError` when there are more than half a million values.
 */
export function plain(node: Node, budget: Budget = { left: MOST_VALUES }): unknown {
  budget.left -= 1;
  if (budget.left < 0) return failAt(node.at, "", `the project has more than ${MOST_VALUES} values`);
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.filter(isKept).map((item) => plain(item, budget));
  const kept = [...node.entries].filter(([, { value }]) => isKept(value));
  kept.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(kept.map(([key, { value }]) => [key, plain(value, budget)]));
}

function isKept(node: Node): boolean {
  return node.tag !== "reset";
}

function tagOf(node: Node): { tag?: MergeTag } {
  return node.tag === undefined ? {} : { tag: node.tag };
}
