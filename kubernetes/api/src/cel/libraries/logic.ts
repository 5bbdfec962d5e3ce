/** The operators whose operands are not all evaluated. The evaluator knows them; these are for the checker. */
import { CelError } from "../cel-errors.ts";
import { BOOL, mapOf, parameter } from "../cel-type.ts";
import { func, type Overload } from "../overload.ts";
import { type CelMap, type CelValue, ValueMap } from "../values.ts";

const A = parameter("A");
const B = parameter("B");
const FREE = { cost: () => 0 };

function insert(map: CelMap, ...added: readonly CelValue[]): CelMap {
  const [first, value] = added;
  const more: readonly (readonly [CelValue, CelValue])[] =
    added.length === 2 ? [[first ?? null, value ?? null]] : entriesOf(first as CelMap);
  for (const [key] of more) {
    if (map.get(key) !== undefined) throw new CelError(`insert failed: key ${String(key)} already exists`);
  }
  return new ValueMap([...entriesOf(map), ...more]);
}

function entriesOf(map: CelMap): (readonly [CelValue, CelValue])[] {
  return Array.from(map.keys(), (key) => [key, map.get(key) ?? null] as const);
}

export const logic: readonly Overload[] = [
  func("_&&_", [BOOL, BOOL], BOOL, (a: boolean, b: boolean) => a && b, FREE),
  func("_||_", [BOOL, BOOL], BOOL, (a: boolean, b: boolean) => a || b, FREE),
  func("_?_:_", [BOOL, A, A], A, (condition: boolean, yes: CelValue, no: CelValue) => (condition ? yes : no), FREE),
  func("!_", [BOOL], BOOL, (value: boolean) => !value),
  func("@not_strictly_false", [BOOL], BOOL, (value: boolean) => value),
  func("cel.@mapInsert", [mapOf(A, B), A, B], mapOf(A, B), insert, { cost: (size) => size(0) }),
  func("cel.@mapInsert", [mapOf(A, B), mapOf(A, B)], mapOf(A, B), insert, { cost: (size) => size(0) }),
];
