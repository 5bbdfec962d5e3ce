/** `"%s is %d".format([a, b])`. */
import { CelError } from "../cel-errors.ts";
import {
  type CelValue,
  Duration,
  isList,
  isMap,
  itemsOf,
  Optional,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
} from "../values.ts";
import { doubleText, textOf } from "./conversions.ts";

const CLAUSE = /%(?:%|(?:\.(\d+))?([a-zA-Z]))|%/g;

/** The text with each clause replaced by its argument. Throws CelError. */
export function formatText(text: string, args: readonly CelValue[]): string {
  let next = 0;
  const formatted = text.replace(CLAUSE, (clause, precision: string | undefined, verb: string | undefined) => {
    if (clause === "%%") return "%";
    if (verb === undefined) throw new CelError("unexpected end of string");
    const argument = args[next];
    if (argument === undefined) throw new CelError(`index ${next} out of range`);
    next++;
    return clauseText(verb, argument, precision === undefined ? undefined : Number(precision));
  });
  if (next < args.length)
    throw new CelError(`too many arguments supplied to string.format (expected ${next}, got ${args.length})`);
  return formatted;
}

function clauseText(verb: string, value: CelValue, precision: number | undefined): string {
  switch (verb) {
    case "s":
      return plainText(value);
    case "d":
      if (typeof value === "bigint" || value instanceof Uint || isSpecialDouble(value)) return plainText(value);
      throw refused("decimal", "integers", value);
    case "f":
      return numberText("fixed-point", value, (number) => fixedText(number, precision ?? 6));
    case "e":
      return numberText("scientific", value, (number) =>
        number.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, "e$10$2"),
      );
    case "b":
      if (typeof value === "boolean") return value ? "1" : "0";
      return integer("binary", value).toString(2);
    case "o":
      return integer("octal", value).toString(8);
    case "x":
    case "X": {
      const text = hexText(value);
      return verb === "X" ? text.toUpperCase() : text;
    }
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function refused(clause: string, wanted: string, value: CelValue): CelError {
  return new CelError(
    `error during formatting: ${clause} clause can only be used on ${wanted}, was given ${typeNameOf(value)}`,
  );
}

function isSpecialDouble(value: CelValue): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

function integer(clause: string, value: CelValue): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof Uint) return value.value;
  throw refused(clause, clause === "binary" ? "integers and bools" : "integers", value);
}

function hexText(value: CelValue): string {
  if (typeof value === "string") return Buffer.from(value).toString("hex");
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint") return value.toString(16);
  if (value instanceof Uint) return value.value.toString(16);
  throw refused("only integers, byte buffers, and strings can be formatted as hex; hex", "them", value);
}

function numberText(clause: string, value: CelValue, text: (number: number) => string): string {
  const number = typeof value === "bigint" ? Number(value) : value instanceof Uint ? Number(value.value) : value;
  if (typeof number !== "number") throw refused(clause, "doubles", value);
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "Infinity" : "-Infinity";
  return text(number);
}

/** Halves go to the even neighbour. */
function fixedText(value: number, precision: number): string {
  const text = value.toFixed(precision);
  const scale = 10 ** precision;
  if (Math.abs((value * scale) % 1) !== 0.5) return text;
  const down = Math.trunc(value * scale);
  const even = down % 2 === 0 ? down : down + Math.sign(value);
  return (even / scale).toFixed(precision);
}

function plainText(value: CelValue): string {
  if (value === null) return "null";
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "NaN";
    return Number.isFinite(value) ? doubleText(value) : value > 0 ? "Infinity" : "-Infinity";
  }
  if (typeof value !== "object" || value instanceof Uint || value instanceof Timestamp || value instanceof Duration) {
    return textOf(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString();
  if (value instanceof TypeValue) return value.name;
  if (isList(value)) return `[${itemsOf(value).map(plainText).join(", ")}]`;
  if (isMap(value)) {
    const entries = Array.from(value.keys(), (key) => [plainText(key), plainText(value.get(key) ?? null)] as const);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, content]) => `${key}: ${content}`).join(", ")}}`;
  }
  if (value instanceof Optional)
    throw refused(
      "string",
      "strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
      value,
    );
  return String(value);
}
