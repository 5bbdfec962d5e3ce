/** What a plain (unquoted) scalar means. */
import type { ScalarValue } from "./node.ts";

const INTEGER = /^[-+]?(?:0b[01_]+|0o?[0-7_]*|0x[\da-fA-F_]+|[1-9][\d_]*)$/;
const FLOAT = /^[-+]?(?:\.\d+|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$/;
const CONSTANTS = new Map<string, ScalarValue>([
  ["", null],
  ["~", null],
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
]);

/**
 * Resolves `text` by YAML 1.2's core schema with the integers of YAML 1.1: `0440` is octal, which is what people mean by a
 * file mode. Integers that a double cannot hold exactly stay text.
 */
export function resolveScalar(text: string): ScalarValue {
  const constant = CONSTANTS.get(text);
  if (constant !== undefined) return constant;
  const first = text.charCodeAt(0);
  // Digits, sign or dot: nothing else begins a number, and most scalars are no numbers.
  if ((first < 48 || first > 57) && first !== 43 && first !== 45 && first !== 46) return text;
  if (INTEGER.test(text)) return integer(text) ?? text;
  if (FLOAT.test(text)) return Number(text.replaceAll("_", ""));
  return text;
}

function integer(text: string): number | undefined {
  const negative = text.startsWith("-");
  const digits = text.replace(/^[-+]/, "").replaceAll("_", "");
  const octal = /^0o?[0-7]+$/.test(digits);
  const value = octal ? Number.parseInt(digits.replace(/^0o?/, ""), 8) : Number(digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return negative && value !== 0 ? -value : value;
}
