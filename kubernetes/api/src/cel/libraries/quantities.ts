/** Quantities: `quantity("1Gi").isGreaterThan(quantity("500M"))`. */
import { parseQuantity, Quantity } from "../../quantity.ts";
import { CelError } from "../cel-errors.ts";
import { BOOL, DOUBLE, INT, opaque, STRING } from "../cel-type.ts";
import { func, method, type Overload, traverseString } from "../overload.ts";
import { OpaqueValue } from "../values.ts";

const NANOS = 1_000_000_000n;
const INT_LIMIT = 2n ** 63n;

/** A quantity as a value. */
export class QuantityValue extends OpaqueValue {
  readonly typeName = "kubernetes.Quantity";
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && this.quantity.cmp(other.quantity) === 0;
  }
  override toString(): string {
    return this.quantity.toString();
  }
}

function read(text: string): Quantity | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function quantity(text: string): QuantityValue {
  const found = read(text);
  if (found) return new QuantityValue(found);
  throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

function isInteger({ quantity: { nano } }: QuantityValue): boolean {
  return nano % NANOS === 0n && nano / NANOS < INT_LIMIT && nano / NANOS >= -INT_LIMIT;
}

function asInteger(value: QuantityValue): bigint {
  if (!isInteger(value)) throw new CelError("cannot convert value to integer");
  return value.quantity.nano / NANOS;
}

const QUANTITY = opaque("kubernetes.Quantity");
const ofInt = (value: bigint, like: QuantityValue) => new Quantity(value * NANOS, like.quantity.format);

export const quantities: readonly Overload[] = [
  func("quantity", [STRING], QUANTITY, quantity, traverseString),
  func("isQuantity", [STRING], BOOL, (text: string) => read(text) !== undefined, traverseString),
  method("sign", [QUANTITY], INT, ({ quantity: { nano } }: QuantityValue) => (nano > 0n ? 1n : nano < 0n ? -1n : 0n)),
  method(
    "isGreaterThan",
    [QUANTITY, QUANTITY],
    BOOL,
    (a: QuantityValue, b: QuantityValue) => a.quantity.cmp(b.quantity) > 0,
  ),
  method(
    "isLessThan",
    [QUANTITY, QUANTITY],
    BOOL,
    (a: QuantityValue, b: QuantityValue) => a.quantity.cmp(b.quantity) < 0,
  ),
  method("compareTo", [QUANTITY, QUANTITY], INT, (a: QuantityValue, b: QuantityValue) =>
    BigInt(a.quantity.cmp(b.quantity)),
  ),
  method("asApproximateFloat", [QUANTITY], DOUBLE, ({ quantity: q }: QuantityValue) => q.toNumber()),
  method("asInteger", [QUANTITY], INT, asInteger),
  method("isInteger", [QUANTITY], BOOL, isInteger),
  method(
    "add",
    [QUANTITY, QUANTITY],
    QUANTITY,
    (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.quantity.add(b.quantity)),
  ),
  method(
    "add",
    [QUANTITY, INT],
    QUANTITY,
    (a: QuantityValue, b: bigint) => new QuantityValue(a.quantity.add(ofInt(b, a))),
  ),
  method(
    "sub",
    [QUANTITY, QUANTITY],
    QUANTITY,
    (a: QuantityValue, b: QuantityValue) => new QuantityValue(a.quantity.sub(b.quantity)),
  ),
  method(
    "sub",
    [QUANTITY, INT],
    QUANTITY,
    (a: QuantityValue, b: bigint) => new QuantityValue(a.quantity.sub(ofInt(b, a))),
  ),
];
