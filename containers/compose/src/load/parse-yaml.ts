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
const LIMITS = { characters: 8_000_000, depth: 64, values: 200_000 };

const TAGS = new Map<string, MergeTag>([
  ["!reset", "reset"],
  ["!override", "override"],
]);

/**
 * Gives the documents of `source`, one value each; empty ones are left out. Aliases are followed and merge keys (`<<`)
 * applied. Throws `ComposeFileError` with line and column for what is no YAML, for keys given twice, and beyond the limits.
 */
export function parseYaml(source: Source): readonly Node[] {
  const start: Position = { source, offset: 0 };
  if (source.text.length > LIMITS.characters) failAt(start, "", `is longer than ${LIMITS.characters} characters`);
  // The failsafe schema leaves scalars as text: what they mean is decided by `resolveScalar`.
  const documents = parseAllDocuments(source.text, { schema: "failsafe", uniqueKeys: false, logLevel: "silent" });
  if (!Array.isArray(documents)) return [];
  const nodes: Node[] = [];
  for (const document of documents as readonly Document.Parsed[]) {
    const [error] = document.errors;
    if (error !== undefined) failAt({ source, offset: error.pos[0] }, "", `is not YAML: ${firstLine(error.message)}`);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === "")) continue;
    nodes.push(new Converter(source, document).convert(contents, "", 0));
  }
  return nodes;
}

class Converter {
  readonly #source: Source;
  readonly #document: Document;
  #values = 0;

  constructor(source: Source, document: Document) {
    this.#source = source;
    this.#document = document;
  }

  convert(node: YamlNode | null, path: string, depth: number): Node {
    const at = { source: this.#source, offset: node?.range?.[0] ?? 0 };
    this.#values += 1;
    if (this.#values > LIMITS.values) failAt(at, path, `more than ${LIMITS.values} values, aliases followed`);
    if (depth > LIMITS.depth) failAt(at, path, `more than ${LIMITS.depth} levels`);
    if (node === null) return { kind: "scalar", value: null, at };
    if (isAlias(node)) return this.convert(this.#target(node, at, path), path, depth + 1);
    const tag = node.tag === undefined ? undefined : TAGS.get(node.tag);
    const tagged = tag === undefined ? {} : { tag };
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.convert(item as YamlNode, `${path}[${index}]`, depth + 1));
      return { kind: "list", items, at, ...tagged };
    }
    if (isMap(node)) return { kind: "map", entries: this.#entries(node.items, path, depth), at, ...tagged };
    if (!isScalar(node)) failAt(at, path, "is neither a scalar, a list nor a mapping");
    const text = String(node.value ?? "");
    const isPlain = node.type === undefined || node.type === YamlScalar.PLAIN;
    return {
      kind: "scalar",
      value: isPlain && node.tag !== "tag:yaml.org,2002:str" ? resolveScalar(text) : text,
      at,
      ...tagged,
    };
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

  #target(alias: Alias, at: Position, path: string): YamlNode {
    const target = alias.resolve(this.#document);
    if (target === undefined) failAt(at, path, `there is no anchor &${alias.source} before this alias`);
    return target;
  }
}

function firstLine(message: string): string {
  // The library adds the place and a picture of it.
  return message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? message;
}
