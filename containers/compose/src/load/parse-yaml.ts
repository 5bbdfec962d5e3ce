/** From the text of a file to located values. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  type Node as YamlNode,
  Scalar as YamlScalar,
} from "yaml";
import type { Entry, MergeTag, Node } from "./node.ts";
import { resolveScalar } from "./resolve-scalar.ts";
import { failAt, type Position, type Source } from "./source.ts";

/** The most that a file may be: bytes of text, levels, and values once aliases are followed. */
const LIMITS = { characters: 1_000_000, depth: 64, values: 200_000 };

const TAGS = new Map<string, MergeTag>([
  ["!reset", "reset"],
  ["!override", "override"],
]);

/** The tags that YAML itself defines, which some write out. */
const CORE = "tag:yaml.org,2002:";

/**
 * Gives the documents of `source`, one value each; empty ones are left out. Aliases are followed and merge keys (`<<`)
 * applied. Throws `ComposeFileError` with line and column for what is no YAML, for keys given twice, and beyond the limits.
 */
export function parseYaml(source: Source): readonly Node[] {
  const start: Position = { source, offset: 0 };
  if (source.text.length > LIMITS.characters) failAt(start, "", `is longer than ${LIMITS.characters} characters`);
  // The failsafe schema leaves scalars as text: what they mean is decided by `resolveScalar`.
  const documents = parseAllDocuments(source.text, {
    schema: "failsafe",
    uniqueKeys: false,
    logLevel: "silent",
    prettyErrors: false,
  });
  if (!Array.isArray(documents)) return [];
  const nodes: Node[] = [];
  for (const document of documents as readonly Document.Parsed[]) {
    const [error] = document.errors;
    if (error !== undefined) failAt({ source, offset: error.pos[0] }, "", `is not YAML: ${reasonOf(error.message)}`);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === "")) continue;
    nodes.push(new Converter(source).convert(contents, "", 0));
  }
  return nodes;
}

class Converter {
  readonly #source: Source;
  /** Anchors by name, as far as the document has been read: a name may be given anew. */
  readonly #anchors = new Map<string, YamlNode>();
  #values = 0;
  #aliases = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  convert(node: YamlNode | null, path: string, depth: number): Node {
    const at = { source: this.#source, offset: node?.range?.[0] ?? 0 };
    this.#values += 1;
    if (this.#values > LIMITS.values) failAt(at, path, `more than ${LIMITS.values} values, aliases followed`);
    if (depth > LIMITS.depth) failAt(at, path, `more than ${LIMITS.depth} levels`);
    if (node === null) return { kind: "scalar", value: null, at };
    if (isAlias(node)) return this.#follow(node, at, path, depth);
    if (node.anchor !== undefined && this.#aliases === 0) this.#anchors.set(node.anchor, node);
    const tag = node.tag === undefined ? undefined : TAGS.get(node.tag);
    if (tag === undefined && node.tag !== undefined && !node.tag.startsWith(CORE)) {
      failAt(at, path, `has the tag ${node.tag}, but Compose knows only ${[...TAGS.keys()].join(" and ")}`);
    }
    const tagged = tag === undefined ? {} : { tag };
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.convert(item as YamlNode, `${path}[${index}]`, depth + 1));
      return { kind: "list", items, at, ...tagged };
    }
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, path, depth), at, ...tagged };
    if (!isScalar(node)) failAt(at, path, "is neither a scalar, a list nor a mapping");
    const text = String(node.value ?? "");
    const isText = node.tag === `${CORE}str` || (node.type !== undefined && node.type !== YamlScalar.PLAIN);
    return { kind: "scalar", value: isText ? text : resolveScalar(text), at, ...tagged };
  }

  #entries(pairs: readonly Pair[], path: string, depth: number): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    const inherited: Node[] = [];
    for (const pair of pairs) {
      const key = { source: this.#source, offset: (pair.key as YamlNode).range?.[0] ?? 0 };
      if (!isScalar(pair.key)) failAt(key, path, "a key must be a string");
      const name = String(pair.key.value ?? "");
      const inner = path === "" ? name : `${path}.${name}`;
      const value = this.convert((pair.value ?? null) as YamlNode | null, inner, depth + 1);
      if (name === "<<") {
        inherited.push(...(value.kind === "list" ? value.items : [value]));
        continue;
      }
      if (entries.has(name)) failAt(key, inner, "is given twice in the same mapping");
      // An empty value has no place of its own.
      const isEmpty = pair.value === null || (isScalar(pair.value) && pair.value.value === "");
      entries.set(name, { key, value: isEmpty ? { ...value, at: key } : value });
    }
    for (const base of inherited) {
      if (base.kind !== "map") failAt(base.at, path, "only mappings can be merged by <<");
      for (const [name, entry] of base.entries) if (!entries.has(name)) entries.set(name, entry);
    }
    return entries;
  }

  #follow(alias: Alias, at: Position, path: string, depth: number): Node {
    const target = this.#anchors.get(alias.source);
    if (target === undefined) failAt(at, path, `there is no anchor &${alias.source} before this alias`);
    this.#aliases += 1;
    const followed = this.convert(target, path, depth + 1);
    this.#aliases -= 1;
    return followed;
  }
}

function reasonOf(message: string): string {
  // What the parser says when its recursion goes too deep.
  return message.startsWith("Maximum call stack") ? "it is nested too deeply" : message;
}
