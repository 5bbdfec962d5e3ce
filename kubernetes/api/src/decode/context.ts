/** What one decoding keeps track of: where it is, and what was wrong. */
import { quote } from "../go-format.ts";
import { goTypeName, type TypeRef } from "../schema/type-ref.ts";

/** More unknown fields than this are not reported: the list is for people. */
const MAX_UNKNOWN = 100;

/** Turns a value into its decoded form; undefined where nothing is to be written. Problems go to the context. */
export type Decoder = (value: unknown, context: DecodeContext) => unknown;

/** The state of one decoding. The first type error ends up in `failure`; decoding goes on but its result is void. */
export class DecodeContext {
  readonly #reportUnknown: boolean;
  /** Field names and list indexes from the root to the value being decoded. */
  readonly path: (string | number)[] = [];
  /** The Go name of the struct whose field is being decoded. */
  struct = "";
  readonly unknown: string[] = [];
  failure: string | undefined;

  constructor(reportUnknown: boolean) {
    this.#reportUnknown = reportUnknown;
  }

  /** Notes a field no type declares. */
  unknownField(name: string): void {
    if (!this.#reportUnknown || this.unknown.length >= MAX_UNKNOWN) return;
    this.unknown.push(`unknown field ${quote(pathText([...this.path, name]))}`);
  }

  /** Notes a value of the wrong JSON type. */
  wrongType(value: unknown, type: TypeRef): void {
    const fields = this.path.filter((step) => typeof step === "string").join(".");
    const target = fields === "" ? "value" : `struct field ${this.struct}.${fields}`;
    this.fail(`json: cannot unmarshal ${jsonKind(value)} into Go ${target} of type ${goTypeName(type)}`);
  }

  /** Notes any other reason the value cannot be decoded. */
  fail(why: string): void {
    this.failure ??= why;
  }
}

/** The path as field errors spell it: `spec.containers[0].name`. */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number")
    return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? "number" : `number ${value}`;
  return typeof value;
}
