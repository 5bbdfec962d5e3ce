/** Semantic versions: `semver("1.2.3").isLessThan(semver("2.0.0"))`. */
import { CelError } from "../cel-errors.ts";
import { BOOL, INT, opaque, STRING } from "../cel-type.ts";
import { func, method, type Overload, traverseString } from "../overload.ts";
import { OpaqueValue } from "../values.ts";

/** A version in its parts; build metadata does not count. */
class VersionValue extends OpaqueValue {
  readonly typeName = "kubernetes.Semver";
  readonly numbers: readonly [bigint, bigint, bigint];
  readonly prerelease: readonly string[];
  constructor(numbers: readonly [bigint, bigint, bigint], prerelease: readonly string[]) {
    super();
    this.numbers = numbers;
    this.prerelease = prerelease;
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof VersionValue && order(this, other) === 0;
  }
  override toString(): string {
    const rest = this.prerelease.length > 0 ? `-${this.prerelease.join(".")}` : "";
    return `${this.numbers.join(".")}${rest}`;
  }
}

const FORM =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

function parse(text: string): VersionValue | undefined {
  const found = FORM.exec(text);
  if (!found) return undefined;
  const [, major = "", minor = "", patch = "", prerelease] = found;
  return new VersionValue([BigInt(major), BigInt(minor), BigInt(patch)], prerelease?.split(".") ?? []);
}

/** Adds what is missing and drops what is too much: a leading `v`, zeros before numbers, absent minor and patch. */
function normalized(text: string): string {
  const [, core = "", rest = ""] = /^([^+-]*)(.*)$/s.exec(text.trim().replace(/^v/, "")) ?? [];
  const parts = core.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  while (parts.length < 3) parts.push("0");
  return parts.join(".") + rest;
}

function semver(text: string, normalize = false): VersionValue {
  const found = parse(normalize ? normalized(text) : text);
  if (!found) throw new CelError(`Invalid Semantic Version ${JSON.stringify(text)}`);
  return found;
}

function order(a: VersionValue, b: VersionValue): number {
  for (let i = 0; i < 3; i++) {
    const [x = 0n, y = 0n] = [a.numbers[i], b.numbers[i]];
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return Math.sign(b.prerelease.length - a.prerelease.length);
  for (let i = 0; i < Math.max(a.prerelease.length, b.prerelease.length); i++) {
    const by = orderOfParts(a.prerelease[i], b.prerelease[i]);
    if (by !== 0) return by;
  }
  return 0;
}

function orderOfParts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const numeric = [a, b].map((part) => /^\d+$/.test(part));
  if (numeric[0] && numeric[1]) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

const SEMVER = opaque("kubernetes.Semver");

export const versions: readonly Overload[] = [
  func("semver", [STRING], SEMVER, (text: string) => semver(text), traverseString),
  func("semver", [STRING, BOOL], SEMVER, semver, traverseString),
  func("isSemver", [STRING], BOOL, (text: string) => parse(text) !== undefined, traverseString),
  func(
    "isSemver",
    [STRING, BOOL],
    BOOL,
    (text: string, normalize: boolean) => parse(normalize ? normalized(text) : text) !== undefined,
    traverseString,
  ),
  method("major", [SEMVER], INT, ({ numbers }: VersionValue) => numbers[0]),
  method("minor", [SEMVER], INT, ({ numbers }: VersionValue) => numbers[1]),
  method("patch", [SEMVER], INT, ({ numbers }: VersionValue) => numbers[2]),
  method("isGreaterThan", [SEMVER, SEMVER], BOOL, (a: VersionValue, b: VersionValue) => order(a, b) > 0),
  method("isLessThan", [SEMVER, SEMVER], BOOL, (a: VersionValue, b: VersionValue) => order(a, b) < 0),
  method("compareTo", [SEMVER, SEMVER], INT, (a: VersionValue, b: VersionValue) => BigInt(order(a, b))),
];
