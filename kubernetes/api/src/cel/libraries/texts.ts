/** Strings: what CEL has, and its extension library as Kubernetes loads it. */
import { CelError } from "../cel-errors.ts";
import { BOOL, DYN, INT, listOf, STRING } from "../cel-type.ts";
import {
  func,
  matchRegex,
  method,
  type Overload,
  regexCost,
  rewriteString,
  type Sizes,
  searchString,
  traversal,
  traverseString,
} from "../overload.ts";
import { type CelList, itemsOf, ValueList } from "../values.ts";
import { formatText } from "./format-text.ts";
import { findAllPattern, findPattern, matchesPattern } from "./patterns.ts";

const listOfTexts = (texts: readonly string[]) => new ValueList(texts);

function checkedIndex(index: bigint, length: number): number {
  if (index < 0n || index > BigInt(length)) throw new CelError(`index out of range: ${index}`);
  return Number(index);
}

function charAt(text: string, index: bigint): string {
  const characters = Array.from(text);
  return characters[checkedIndex(index, characters.length)] ?? "";
}

function substring(text: string, start: bigint, end?: bigint): string {
  const characters = Array.from(text);
  const from = checkedIndex(start, characters.length);
  const to = end === undefined ? characters.length : checkedIndex(end, characters.length);
  if (from > to) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  return characters.slice(from, to).join("");
}

function indexOf(text: string, wanted: string, offset = 0n): bigint {
  const characters = Array.from(text);
  const from = checkedIndex(offset, characters.length);
  const units = characters.slice(0, from).join("").length;
  const at = text.indexOf(wanted, units);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function lastIndexOf(text: string, wanted: string, offset?: bigint): bigint {
  const characters = Array.from(text);
  if (offset === undefined && wanted === "") return BigInt(characters.length);
  const last =
    offset === undefined ? text.length : characters.slice(0, checkedIndex(offset, characters.length)).join("").length;
  const at = text.lastIndexOf(wanted, last);
  return at < 0 ? -1n : BigInt(Array.from(text.slice(0, at)).length);
}

function replace(text: string, old: string, by: string, limit = -1n): string {
  if (limit < 0n) return text.replaceAll(old, () => by);
  const parts: string[] = [];
  let from = 0;
  for (let done = 0n; done < limit; done++) {
    const at = text.indexOf(old, from);
    if (at < 0) break;
    parts.push(text.slice(from, at), by);
    from = at + old.length;
  }
  return parts.join("") + text.slice(from);
}

function split(text: string, separator: string, limit = -1n): CelList {
  const parts = separator === "" ? Array.from(text) : text.split(separator);
  if (limit < 0n || limit >= BigInt(parts.length)) return listOfTexts(parts);
  if (limit === 0n) return listOfTexts([]);
  const first = parts.slice(0, Number(limit) - 1);
  return listOfTexts([...first, parts.slice(Number(limit) - 1).join(separator)]);
}

function join(list: CelList, separator = ""): string {
  return itemsOf(list)
    .map((item) => {
      if (typeof item !== "string") throw new CelError("no such overload");
      return item;
    })
    .join(separator);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};

function quoted(text: string): string {
  return `"${Array.from(text.toWellFormed(), (character) => ESCAPES[character] ?? character).join("")}"`;
}

const SPACES = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const AROUND = new RegExp(`^${SPACES}+|${SPACES}+$`, "g");
const trimmed = (text: string) => text.replace(AROUND, "");
const asciiLower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const asciiUpper = (text: string) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

const findCosts = { cost: regexCost, resultSize: (size: Sizes) => size(0) };
const splitCosts = { cost: (size: Sizes) => traversal(size(0)), resultSize: (size: Sizes) => size(0) };
const replaceCosts = {
  cost: (size: Sizes) => traversal(2 * size(0)),
  // Each character may be replaced, and something put between all of them.
  resultSize: (size: Sizes) => size(0) + (size(0) + 1) * size(2),
};
const indexCosts = { cost: (size: Sizes) => traversal(size(0)) };

export const texts: readonly Overload[] = [
  method("contains", [STRING, STRING], BOOL, (text: string, part: string) => text.includes(part), searchString),
  method("startsWith", [STRING, STRING], BOOL, (text: string, part: string) => text.startsWith(part), {
    cost: (size) => traversal(size(1)),
  }),
  method("endsWith", [STRING, STRING], BOOL, (text: string, part: string) => text.endsWith(part), {
    cost: (size) => traversal(size(1)),
  }),
  method("matches", [STRING, STRING], BOOL, matchesPattern, matchRegex),
  func("matches", [STRING, STRING], BOOL, matchesPattern, matchRegex),
  method("find", [STRING, STRING], STRING, findPattern, findCosts),
  method(
    "findAll",
    [STRING, STRING],
    listOf(STRING),
    (text: string, pattern: string) => listOfTexts(findAllPattern(text, pattern, -1)),
    findCosts,
  ),
  method(
    "findAll",
    [STRING, STRING, INT],
    listOf(STRING),
    (text: string, pattern: string, limit: bigint) => listOfTexts(findAllPattern(text, pattern, Number(limit))),
    findCosts,
  ),
  method("charAt", [STRING, INT], STRING, charAt, { resultSize: () => 1 }),
  method("indexOf", [STRING, STRING], INT, indexOf, indexCosts),
  method("indexOf", [STRING, STRING, INT], INT, indexOf, indexCosts),
  method("lastIndexOf", [STRING, STRING], INT, lastIndexOf, indexCosts),
  method("lastIndexOf", [STRING, STRING, INT], INT, lastIndexOf, indexCosts),
  method("lowerAscii", [STRING], STRING, asciiLower, rewriteString),
  method("upperAscii", [STRING], STRING, asciiUpper, rewriteString),
  method("replace", [STRING, STRING, STRING], STRING, replace, replaceCosts),
  method("replace", [STRING, STRING, STRING, INT], STRING, replace, replaceCosts),
  method("split", [STRING, STRING], listOf(STRING), split, splitCosts),
  method("split", [STRING, STRING, INT], listOf(STRING), split, splitCosts),
  method("substring", [STRING, INT], STRING, substring, rewriteString),
  method("substring", [STRING, INT, INT], STRING, substring, rewriteString),
  method("trim", [STRING], STRING, trimmed, rewriteString),
  method("join", [listOf(STRING)], STRING, join, { cost: (size) => size(0) }),
  method("join", [listOf(STRING), STRING], STRING, join, { cost: (size) => size(0) + traversal(size(0) * size(1)) }),
  method("format", [STRING, listOf(DYN)], STRING, (text: string, args: CelList) => formatText(text, itemsOf(args)), {
    cost: (size) => traversal(size(0)),
  }),
  func("strings.quote", [STRING], STRING, quoted, traverseString),
];
