/** Values that may be absent: `optional.of(x)`, `a.?b.orValue(c)`. */
import { CelError } from "../cel-errors.ts";
import { BOOL, optionalOf, parameter } from "../cel-type.ts";
import { func, method, type Overload } from "../overload.ts";
import { type CelValue, isList, isMap, Optional, Uint } from "../values.ts";

const A = parameter("A");
const OPTIONAL = optionalOf(A);

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === 0n || value === 0 || value === "") return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  return (isList(value) || isMap(value)) && value.size === 0;
}

export const optionals: readonly Overload[] = [
  func("optional.of", [A], OPTIONAL, (value: CelValue) => new Optional(value)),
  func("optional.none", [], OPTIONAL, () => new Optional(undefined)),
  func("optional.ofNonZeroValue", [A], OPTIONAL, (value: CelValue) => new Optional(isZero(value) ? undefined : value)),
  method("hasValue", [OPTIONAL], BOOL, ({ value }: Optional) => value !== undefined),
  method("value", [OPTIONAL], A, ({ value }: Optional) => {
    if (value === undefined) throw new CelError("optional.none() dereference");
    return value;
  }),
  method("or", [OPTIONAL, OPTIONAL], OPTIONAL, (a: Optional, b: Optional) => (a.value === undefined ? b : a)),
  method("orValue", [OPTIONAL, A], A, (a: Optional, b: CelValue) => a.value ?? b),
];
