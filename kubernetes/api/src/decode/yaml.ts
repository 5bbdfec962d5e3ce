/** Reads YAML bodies and manifests into JSON values. */
import { type Document, isCollection, isNode, isPair, LineCounter, parseAllDocuments, type Tags } from "yaml";
import { quote } from "../go-format.ts";
import { exceedsDepth, type ParsedJson, parseJson } from "./json.ts";

/** Aliases may repeat content, but not blow a small text up into a huge object. */
const MAX_ALIASES = 100;

/** Parses one YAML document. Throws `SyntaxError` with line and reason where it is not YAML. */
export function parseYaml(text: string): ParsedJson {
  return parseAsJson(text) ?? parseFirstDocument(text);
}

/** JSON is YAML, and much of what is called YAML is JSON, which reads fifty times as fast. */
function parseAsJson(text: string): ParsedJson | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    const parsed = parseJson(text, { duplicates: true });
    return parsed.duplicates.length === 0 ? parsed : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function parseFirstDocument(text: string): ParsedJson {
  const [first] = parseYamlDocuments(text);
  return first ?? { value: undefined, duplicates: [] };
}

/** Parses every document of a stream, empty ones left out. */
export function parseYamlDocuments(text: string): ParsedJson[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    uniqueKeys: false,
    schema: "yaml-1.1",
    customTags: plainTags,
    merge: true,
    stringKeys: true,
    prettyErrors: false,
  });
  const parsed: ParsedJson[] = [];
  for (const document of documents) {
    const [error] = document.errors;
    if (error?.code === "RESOURCE_EXHAUSTION") throw new SyntaxError("yaml: exceeded max depth");
    if (error) throw new SyntaxError(`yaml: line ${lines.linePos(error.pos[0]).line}: ${error.message}`);
    const value = toValue(document);
    if (exceedsDepth(value)) throw new SyntaxError("yaml: exceeded max depth");
    if (value !== null && value !== undefined) parsed.push({ value, duplicates: duplicatesIn(document, lines) });
  }
  return parsed;
}

function toValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // The parser's own word for aliases that lead nowhere or multiply.
    if (!(error instanceof ReferenceError)) throw error;
    throw new SyntaxError(`yaml: ${error.message}`, { cause: error });
  }
}

const KEPT = new Set(
  ["map", "seq", "str", "null", "bool", "int", "float", "merge"].map((name) => `tag:yaml.org,2002:${name}`),
);

/** YAML 1.1 as Kubernetes reads it: `yes` and `0644` mean what they always did, `12:30` and dates are strings. */
function plainTags(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === "object" && KEPT.has(tag.tag) && !("format" in tag && tag.format === "TIME"),
  );
}

/** The keys that come more than once in a mapping, in the one message YAML has for them. */
function duplicatesIn({ contents }: Document, lines: LineCounter): string[] {
  const repeated = repeatedKeys(contents).map(
    ({ key, at }) => `  line ${lines.linePos(at).line}: key ${quote(key)} already set in map`,
  );
  return repeated.length === 0 ? [] : [["yaml: unmarshal errors:", ...repeated].join("\n")];
}

interface RepeatedKey {
  readonly key: string;
  /** Where its other value begins, in characters. */
  readonly at: number;
}

function repeatedKeys(node: unknown): RepeatedKey[] {
  if (!isCollection(node)) return isPair(node) ? repeatedKeys(node.value) : [];
  const seen = new Set<string>();
  return node.items.flatMap((item): RepeatedKey[] => {
    if (!isPair(item)) return repeatedKeys(item);
    const key = String(item.key);
    const place = isNode(item.value) ? item.value : item.key;
    const again = seen.has(key) ? [{ key, at: (isNode(place) ? place.range?.[0] : undefined) ?? 0 }] : [];
    seen.add(key);
    return [...repeatedKeys(item.value), ...again];
  });
}
