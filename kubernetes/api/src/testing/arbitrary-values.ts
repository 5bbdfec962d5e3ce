/** Values of the API's types, made at random for fuzz tests. */
import fc, { type Arbitrary } from "fast-check";
import { type FieldInfo, typeOf } from "../schema/type-info.ts";
import type { Builtin, TypeRef } from "../schema/type-ref.ts";

/** Objects are no deeper than this; every field is left out more often than not. */
const DEPTH = 5;
const FREQUENT = 4;

/** Names come from a few, so that lists and patches meet the same ones again. */
const someNames = fc.constantFrom("a", "b", "c", "web", "x/y", "__proto__", "constructor", "$patch", "");

/** Any JSON, with the keys that mean something to JavaScript among the others. */
export function anyJson(depth = 3): Arbitrary<unknown> {
  const leaf = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    someNames,
    fc.string(),
  );
  if (depth === 0) return leaf;
  const below = fc.oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 1, arbitrary: fc.constant(undefined).chain(() => anyJson(depth - 1)) },
  );
  return fc.oneof(
    { weight: 2, arbitrary: leaf },
    { weight: 1, arbitrary: fc.array(below, { maxLength: 4 }) },
    { weight: 2, arbitrary: members(fc.oneof(someNames, fc.string({ maxLength: 5 })), below) },
  );
}

/** Objects of a type of the table, `core/v1.Pod` for example, as a client that knows the schema could send them. */
export function objectOf(typeName: string): Arbitrary<Record<string, unknown>> {
  return ofNamed(typeName, DEPTH) as Arbitrary<Record<string, unknown>>;
}

function ofNamed(name: string, depth: number): Arbitrary<unknown> {
  const info = typeOf(name);
  if (info.form === "string") return info.values.length > 0 ? fc.constantFrom(...info.values) : someNames;
  if (info.form === "union") return fc.constant({});
  const fields = [...info.fields.values()].filter(
    ({ name }) => name !== "managedFields" && name !== "apiVersion" && name !== "kind",
  );
  const made = fields.map((field) => fieldOf(field, depth));
  return fc.tuple(...made).map((values) => {
    const object: Record<string, unknown> = {};
    for (const [at, field] of fields.entries()) if (values[at] !== undefined) object[field.name] = values[at];
    return object;
  });
}

function fieldOf(field: FieldInfo, depth: number): Arbitrary<unknown> {
  const value = ofRef(field.type, depth - 1, field);
  if (value === undefined) return fc.constant(undefined);
  return fc.oneof(
    { weight: FREQUENT, arbitrary: fc.constant(undefined) },
    { weight: field.required ? FREQUENT * 2 : 1, arbitrary: value },
  );
}

function ofRef(ref: TypeRef, depth: number, field: FieldInfo | undefined): Arbitrary<unknown> | undefined {
  if (ref.form === "builtin") return SCALARS[ref.name] ?? someNames;
  if (depth <= 0) return undefined;
  switch (ref.form) {
    case "pointer":
      return ofRef(ref.of, depth, field);
    case "named":
      return fc.constant(undefined).chain(() => ofNamed(ref.name, depth));
    case "map": {
      const value = ofRef(ref.of, depth - 1, undefined);
      return value && members(someNames, value);
    }
    case "list": {
      const item = ofRef(ref.of, depth - 1, undefined);
      return item && fc.array(withKeys(item, field), { maxLength: 3 }).map((items) => distinct(items, field));
    }
  }
}

function members(names: Arbitrary<string>, value: Arbitrary<unknown>): Arbitrary<object> {
  return fc.array(fc.tuple(names, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
}

/** Items of a keyed list have their keys. */
function withKeys(item: Arbitrary<unknown>, field: FieldInfo | undefined): Arbitrary<unknown> {
  const keys = [...(field?.listMapKeys ?? []), ...(field?.patchMergeKey ? [field.patchMergeKey] : [])];
  if (keys.length === 0) return item;
  return fc.tuple(item, fc.integer({ min: 1, max: 3 })).map(([value, number]) => {
    const filled: Record<string, unknown> = { ...(value as object) };
    for (const key of keys) filled[key] ??= /[pP]ort$/.test(key) ? number : `n${number}`;
    return filled;
  });
}

function distinct(items: readonly unknown[], field: FieldInfo | undefined): unknown[] {
  if (field?.listType !== "map" && field?.listType !== "set") return [...items];
  const keys = field.listMapKeys;
  const identity = (item: unknown) =>
    JSON.stringify(keys ? keys.map((key) => (item as Record<string, unknown>)[key] ?? "TCP") : item);
  return [...new Map(items.map((item) => [identity(item), item])).values()];
}

const SCALARS: Partial<Record<Builtin, Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  int32: fc.integer({ min: 0, max: 70_000 }),
  int64: fc.integer({ min: 0, max: 70_000 }),
  float64: fc.double({ noNaN: true, noDefaultInfinity: true }),
  goDuration: fc.integer(),
  bytes: fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  quantity: fc.constantFrom("1", "500m", "1Gi", "0.5", "2e3"),
  intOrString: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant("25%")),
  time: fc.constantFrom("2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00"),
  microTime: fc.constant("2026-01-01T00:00:00.000000Z"),
  raw: fc.constant({ a: 1 }),
  fieldsV1: fc.constant({}),
  json: fc.constant({}),
  any: fc.constant({}),
};
