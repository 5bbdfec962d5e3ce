/** Attributes without parts. */
import { type Node, scalar } from "../node.ts";
import { formatDuration, parseBytes, parseDuration } from "../sizes.ts";
import { isOpaque, later, mustBe, type Reading, type Shape } from "./shape.ts";

/** Makes a shape whose value is replaced whole by a later file's. */
export function atom(convert: (node: Node, path: string, reading: Reading) => Node): Shape {
  return {
    read: (node, path, reading) => (isOpaque(node, reading) ? node : convert(node, path, reading)),
    merge: later,
  };
}

/** A string. Numbers and booleans are not. */
export const text: Shape = atom((node, path) => {
  if (node.kind !== "scalar" || typeof node.value !== "string") return mustBe(node, path, "a string");
  return node;
});

/** A string, or a number or boolean that is written as one. */
export const looseText: Shape = atom((node, path) => {
  if (node.kind !== "scalar" || node.value === null) return mustBe(node, path, "a string");
  return typeof node.value === "string" ? node : scalar(String(node.value), node);
});

/** A value of `environment` and the like: as text, or null where there is none. */
export const textOrNull: Shape = atom((node, path) => {
  if (node.kind !== "scalar") return mustBe(node, path, "a string, a number, a boolean or nothing");
  return node.value === null || typeof node.value === "string" ? node : scalar(String(node.value), node);
});

/** One of `values`. */
export function oneOf(...values: readonly string[]): Shape {
  const expected = `one of ${values.join(", ")}`;
  return atom((node, path) => {
    if (node.kind !== "scalar" || typeof node.value !== "string" || !values.includes(node.value))
      return mustBe(node, path, expected);
    return node;
  });
}

const BOOLEANS = new Map<string, boolean>([
  ["true", true],
  ["y", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["n", false],
  ["no", false],
  ["off", false],
]);

/** true or false, also as the words that variables bring. */
export const boolean: Shape = atom((node, path) => {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node;
  const value = node.kind === "scalar" ? BOOLEANS.get(String(node.value).toLowerCase()) : undefined;
  return value === undefined ? mustBe(node, path, "true or false") : scalar(value, node);
});

/** A boolean or a word, kept as text. */
export const booleanOrText: Shape = looseText;

/** A number, also as a string. */
export function number(least = -Infinity, most = Infinity): Shape {
  return numeric("a number", least, most, Number.isFinite);
}

/** A whole number, also as a string. */
export function integer(least = -Infinity, most = Infinity): Shape {
  return numeric("a whole number", least, most, Number.isSafeInteger);
}

function numeric(kind: string, least: number, most: number, isKind: (value: number) => boolean): Shape {
  const expected = `${kind}${range(least, most)}`;
  return atom((node, path) => {
    const written = node.kind === "scalar" ? node.value : null;
    const value = typeof written === "string" && written.trim() !== "" ? Number(written) : written;
    if (typeof value !== "number" || !isKind(value) || value < least || value > most)
      return mustBe(node, path, expected);
    return scalar(value, node);
  });
}

function range(least: number, most: number): string {
  if (least === -Infinity) return "";
  return most === Infinity ? ` of at least ${least}` : ` from ${least} to ${most}`;
}

/** An amount of memory; becomes bytes in decimal digits. */
export const bytes: Shape = atom((node, path) => {
  const size = node.kind === "scalar" && node.value !== null ? parseBytes(String(node.value)) : undefined;
  return size === undefined ? mustBe(node, path, 'a size such as "64m"') : scalar(String(size), node);
});

/** A time; becomes Go's way of writing it. */
export const duration: Shape = atom((node, path) => {
  const nanoseconds = node.kind === "scalar" && typeof node.value === "string" ? parseDuration(node.value) : undefined;
  if (nanoseconds === undefined) return mustBe(node, path, 'a duration such as "1m30s"');
  return scalar(formatDuration(nanoseconds), node);
});

/** A time of a real-time scheduler: microseconds, or a duration; becomes microseconds. */
export const microseconds: Shape = atom((node, path, reading) => {
  const nanoseconds = node.kind === "scalar" && typeof node.value === "string" ? parseDuration(node.value) : undefined;
  return nanoseconds === undefined
    ? integer(0).read(node, path, reading)
    : scalar(Math.floor(nanoseconds / 1000), node);
});

/** A file mode: a number (octal in YAML when it begins with 0) or octal digits; becomes octal digits. */
export const fileMode: Shape = atom((node, path) => {
  const written = node.kind === "scalar" ? node.value : null;
  const value =
    typeof written === "string" && /^0?o?[0-7]+$/.test(written)
      ? Number.parseInt(written.replace(/^0o/, ""), 8)
      : written;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0 || value > 0o7777) {
    return mustBe(node, path, "a file mode such as 0440");
  }
  return scalar(`0${value.toString(8)}`, node);
});

/** Anything at all, kept as it is. */
export const anything: Shape = { read: (node) => node, merge: later, takesNothing: true };
