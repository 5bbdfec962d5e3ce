/** The functions that templates may call: those of Go's package text/template, and those that Docker adds. */
import { formatValue, sprintf, typeOf } from "./format-value.ts";

/** A function of templates. What it throws becomes "error calling NAME: …". */
export type TemplateFunction = (...args: readonly unknown[]) => unknown;

/** Whether Go's templates take a value for true: not nothing, zero, or empty. */
export function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

const text = (value: unknown): string => {
  if (typeof value !== "string") throw new Error(`wrong type for value; expected string; got ${typeOf(value)}`);
  return value;
};

function index(item: unknown, ...keys: readonly unknown[]): unknown {
  let value = item;
  for (const key of keys) {
    if (value === null || value === undefined) throw new Error("index of untyped nil");
    if (Array.isArray(value) || typeof value === "string") {
      const at = Number(key);
      if (!Number.isInteger(at) || typeof key === "string")
        throw new Error(`cannot index slice/array with type ${typeOf(key)}`);
      if (at < 0 || at >= value.length) throw new Error(`index out of range: ${at}`);
      value = typeof value === "string" ? value.charCodeAt(at) : value[at];
    } else if (typeof value === "object") {
      value = Object.hasOwn(value, String(key)) ? (value as Record<string, unknown>)[String(key)] : undefined;
    } else throw new Error(`can't index item of type ${typeOf(value)}`);
  }
  return value;
}

function length(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null) return Object.keys(value).length;
  throw new Error(`len of ${value === null || value === undefined ? "nil pointer" : `type ${typeOf(value)}`}`);
}

function slice(value: unknown, from: unknown = 0, to?: unknown): unknown {
  if (typeof value !== "string" && !Array.isArray(value)) throw new Error(`can't slice item of type ${typeOf(value)}`);
  const [start, end] = [Number(from), to === undefined ? value.length : Number(to)];
  for (const at of [start, end]) if (at < 0 || at > value.length) throw new Error(`index out of range: ${at}`);
  if (start > end) throw new Error(`invalid slice index: ${start} > ${end}`);
  return value.slice(start, end);
}

function compare(left: unknown, right: unknown): number {
  if (typeof left !== typeof right) throw new Error("incompatible types for comparison");
  if (typeof left !== "string" && typeof left !== "number") throw new Error("invalid type for comparison");
  return left < (right as typeof left) ? -1 : left === right ? 0 : 1;
}

function equal(left: unknown, ...others: readonly unknown[]): boolean {
  if (others.length === 0) throw new Error("missing argument for comparison");
  return others.some((right) => {
    if (left !== null && right !== null && left !== undefined && right !== undefined && typeof left !== typeof right)
      throw new Error("incompatible types for comparison");
    return left === right || ((left ?? null) === null && (right ?? null) === null);
  });
}

const htmlEscapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

/** By name. `and` and `or` are here as functions of values; the evaluation stops where the result is known. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  and: (...values) => values.find((value) => !isTrue(value)) ?? values.at(-1),
  or: (...values) => values.find(isTrue) ?? values.at(-1),
  not: (value) => !isTrue(value),
  len: length,
  index,
  slice,
  eq: equal,
  ne: (left, right) => !equal(left, right),
  lt: (left, right) => compare(left, right) < 0,
  le: (left, right) => compare(left, right) <= 0,
  gt: (left, right) => compare(left, right) > 0,
  ge: (left, right) => compare(left, right) >= 0,
  print: (...values) => values.map(formatValue).join(""),
  println: (...values) => `${values.map(formatValue).join(" ")}\n`,
  printf: (format, ...values) => sprintf(text(format), values),
  html: (...values) =>
    values
      .map(formatValue)
      .join("")
      .replace(/[&<>"']/g, (character) => htmlEscapes[character] ?? ""),
  js: (...values) => JSON.stringify(values.map(formatValue).join("")).slice(1, -1).replaceAll("'", "\\'"),
  urlquery: (...values) => encodeURIComponent(values.map(formatValue).join("")).replaceAll("%20", "+"),

  json: (value) => JSON.stringify(value ?? null),
  split: (value, separator) => text(value).split(text(separator)),
  join: (values, separator) => (Array.isArray(values) ? values.map(formatValue).join(text(separator)) : ""),
  title: (value) => text(value).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
  lower: (value) => text(value).toLowerCase(),
  upper: (value) => text(value).toUpperCase(),
  pad: (value, before, after) => {
    if (text(value) === "") return "";
    return " ".repeat(Number(before)) + text(value) + " ".repeat(Number(after));
  },
  truncate: (value, size) => text(value).slice(0, Number(size)),
};
