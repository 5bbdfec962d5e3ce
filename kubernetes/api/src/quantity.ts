/** Resource quantities such as `500m`, `1.5Gi`, `1e3`: exact arithmetic and the one canonical spelling of each. */

/** How a quantity is spelled: thousands (`k`, `M`), powers of 1024 (`Ki`, `Mi`), or an exponent (`e3`). */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** Finer than this nothing is kept; what is finer is rounded away from zero. */
const NANO = 1_000_000_000n;
const MAX_BINARY = (2n ** 63n - 1n) * NANO;

const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const DECIMAL_BY_EXPONENT = new Map(Object.entries(DECIMAL_SUFFIXES).map(([suffix, exponent]) => [exponent, suffix]));
const BINARY_SUFFIXES = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_WRONG = "unable to parse quantity's suffix";

/** Numbers longer than this are nonsense or an attack on the bigint arithmetic. */
const MAX_TEXT = 128;
const MAX_EXPONENT = 64;

/** An exact amount. Immutable: operations give new quantities. */
export class Quantity {
  /** The amount in units of 10⁻⁹. */
  readonly nano: bigint;
  readonly format: QuantityFormat;

  constructor(nano: bigint, format: QuantityFormat) {
    this.nano = nano;
    this.format = format;
  }

  /** A count of bytes, spelled in powers of 1024. */
  static ofBytes(bytes: number): Quantity {
    return new Quantity(BigInt(Math.ceil(bytes)) * NANO, "BinarySI");
  }

  /** A count of thousandths (of a CPU). */
  static ofMillis(millis: number): Quantity {
    return new Quantity(BigInt(Math.ceil(millis)) * 1_000_000n, "DecimalSI");
  }

  /** A count of whole things. */
  static of(count: number): Quantity {
    return new Quantity(BigInt(Math.ceil(count)) * NANO, "DecimalSI");
  }

  /** The amount as a whole number, rounded away from zero. */
  value(): number {
    return Number(divideAwayFromZero(this.nano, NANO));
  }

  /** The amount in thousandths, rounded away from zero. */
  milliValue(): number {
    return Number(divideAwayFromZero(this.nano, 1_000_000n));
  }

  /** The amount as a floating point number, as near as one gets. */
  toNumber(): number {
    return Number(this.nano) / 1e9;
  }

  /** -1, 0 or 1: this is less than, equal to, greater than `other`. */
  cmp(other: Quantity): -1 | 0 | 1 {
    if (this.nano === other.nano) return 0;
    return this.nano < other.nano ? -1 : 1;
  }

  isZero(): boolean {
    return this.nano === 0n;
  }

  /** The sum, spelled like this quantity unless this is zero. */
  add(other: Quantity): Quantity {
    return new Quantity(this.nano + other.nano, this.isZero() ? other.format : this.format);
  }

  /** The difference, spelled like this quantity unless this is zero. */
  sub(other: Quantity): Quantity {
    return new Quantity(this.nano - other.nano, this.isZero() ? other.format : this.format);
  }

  /** The canonical spelling: no fraction, nothing lost, the largest suffix that allows both. */
  toString(): string {
    if (this.format === "BinarySI" && this.nano % NANO === 0n) {
      const whole = this.nano / NANO;
      if (whole <= -1024n || whole >= 1024n) return binaryText(whole);
    }
    return decimalText(this.nano, this.format === "DecimalExponent");
  }

  toJSON(): string {
    return this.toString();
  }
}

/** Few different quantities occur in a cluster, and the scheduler asks for the same ones all the time. */
const recent = new Map<string, Quantity>();
const RECENT_LIMIT = 4096;

/** Reads a quantity. Throws `Error` with the reason the API server gives. */
export function parseQuantity(text: string): Quantity {
  const known = recent.get(text);
  if (known) return known;
  const parsed = parse(text);
  if (recent.size >= RECENT_LIMIT) recent.clear();
  recent.set(text, parsed);
  return parsed;
}

function parse(text: string): Quantity {
  if (text.length > MAX_TEXT) throw new Error(FORMAT_WRONG);
  const match = /^([+-]?)(\d*)(?:\.(\d*))?([a-zA-Z]*(?:(?<=^[^a-zA-Z]*[eE])[+-]?\d+)?)$/.exec(text);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match ?? [];
  if (!match || whole + fraction === "") throw new Error(FORMAT_WRONG);
  const { base, exponent, format } = parseSuffix(suffix);
  const digits = BigInt(whole + fraction);
  const scale = base === 2 ? 0 : exponent;
  const shift = 9 + scale - fraction.length;
  const factor = base === 2 ? 2n ** BigInt(exponent) : 1n;
  const magnitude =
    shift >= 0 ? digits * factor * 10n ** BigInt(shift) : divideAwayFromZero(digits * factor, 10n ** BigInt(-shift));
  const capped = base === 2 && magnitude > MAX_BINARY ? MAX_BINARY : magnitude;
  const fractional = base === 2 && capped < NANO;
  return new Quantity(sign === "-" ? -capped : capped, fractional ? "DecimalSI" : format);
}

function parseSuffix(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = DECIMAL_SUFFIXES[suffix];
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  const match = /^[eE]([+-]?\d+)$/.exec(suffix);
  const exponent = Number(match?.[1] ?? Number.NaN);
  if (Number.isNaN(exponent) || Math.abs(exponent) > MAX_EXPONENT) throw new Error(SUFFIX_WRONG);
  return { base: 10, exponent, format: "DecimalExponent" };
}

function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  if (remainder === 0n) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

function binaryText(whole: bigint): string {
  let number = whole;
  let step = 0;
  while (number % 1024n === 0n && step < BINARY_SUFFIXES.length - 1) {
    number /= 1024n;
    step++;
  }
  return `${number}${BINARY_SUFFIXES[step]}`;
}

function decimalText(nano: bigint, asExponent: boolean): string {
  if (nano === 0n) return "0";
  let number = nano;
  let exponent = -9;
  while (number % 1000n === 0n && exponent < 18) {
    number /= 1000n;
    exponent += 3;
  }
  if (!asExponent) return `${number}${DECIMAL_BY_EXPONENT.get(exponent)}`;
  return exponent === 0 ? `${number}` : `${number}e${exponent}`;
}
