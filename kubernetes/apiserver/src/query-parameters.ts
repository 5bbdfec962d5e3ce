/** How the API reads the parameters of a query. */
import { StatusError } from "@skiff/api";

const LARGEST = 2n ** 63n;

/** A boolean: given is true, unless it is given as false. */
export function isTrue(value: string | null | undefined): boolean {
  return value !== null && value !== undefined && value !== "0" && value.toLowerCase() !== "false";
}

/** A whole number of 64 bits; undefined where it is not given. Throws StatusError 400. */
export function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw refused("ParseInt", text, "invalid syntax");
  const value = BigInt(text.replace("+", ""));
  if (value >= LARGEST || value < -LARGEST) throw refused("ParseInt", text, "value out of range");
  return Number(value);
}

/** A resourceVersion; undefined where it is left out or empty. Throws StatusError 400 for what can be none. */
export function revisionParameter(query: URLSearchParams): number | undefined {
  const text = query.get("resourceVersion") ?? "";
  if (text === "") return undefined;
  const why = /^\d+$/.test(text) ? "value out of range" : "invalid syntax";
  if (why === "invalid syntax" || BigInt(text) >= 2n * LARGEST) {
    const { message } = refused("ParseUint", text, why);
    throw StatusError.badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}: ${message}`);
  }
  return Number(text);
}

// A text of a megabyte needs no echo of a megabyte.
function refused(parser: string, text: string, why: string): StatusError {
  return StatusError.badRequest(`strconv.${parser}: parsing ${JSON.stringify(text.slice(0, 100))}: ${why}`);
}
