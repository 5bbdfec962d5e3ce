import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CustomResourceDefinitionSpec, JSONSchemaProps } from "@skiff/api/apiextensions/v1";
import { fieldErrorMessage } from "../rules/field-error.ts";
import { customObjectType } from "./index.ts";

function typeOf(spec: JSONSchemaProps, status?: JSONSchemaProps) {
  const properties = { spec, ...(status && { status }) };
  const version = {
    name: "v1",
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: "object", properties } },
    ...(status && { subresources: { status: {} } }),
  };
  const names = { plural: "widgets", kind: "Widget" };
  const definition: CustomResourceDefinitionSpec = {
    group: "example.org",
    scope: "Cluster",
    names,
    versions: [version],
  };
  return customObjectType(definition, version);
}

const widget = (spec: unknown, metadata: object = {}, more: object = {}) => ({
  kind: "Widget",
  apiVersion: "example.org/v1",
  metadata: { name: "a", ...metadata },
  spec,
  ...more,
});
const object = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: "object",
  properties,
  ...more,
});
const text: JSONSchemaProps = { type: "string" };
const number: JSONSchemaProps = { type: "integer" };
const rule = (source: string, more: object = {}): JSONSchemaProps => ({
  "x-kubernetes-validations": [{ rule: source, ...more }],
});

describe("decode()", () => {
  const schema = object({
    a: text,
    list: { type: "array", items: object({ a: text }) },
    map: { type: "object", additionalProperties: object({ a: text }) },
    open: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { closed: object({ a: text }) } },
    embedded: { type: "object", "x-kubernetes-embedded-resource": true, properties: { spec: object({ a: text }) } },
  });
  it("drops what the schema does not mention, and says so", () => {
    const value = widget({
      a: "1",
      x: 1,
      list: [{ a: "1", x: 1 }],
      map: { k: { a: "1", x: 1 } },
      open: { x: 1, closed: { x: 1 } },
      embedded: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { a: "1", x: 1 }, x: 1 },
    });
    const { object: decoded, warnings } = typeOf(schema).decode(value, "Warn");
    assert.deepEqual((decoded as { spec: unknown }).spec, {
      a: "1",
      list: [{ a: "1" }],
      map: { k: { a: "1" } },
      open: { x: 1, closed: {} },
      embedded: { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { a: "1" } },
    });
    assert.deepEqual(warnings, [
      'unknown field "spec.x"',
      'unknown field "spec.list[0].x"',
      'unknown field "spec.map.k.x"',
      'unknown field "spec.open.closed.x"',
      'unknown field "spec.embedded.spec.x"',
      'unknown field "spec.embedded.x"',
    ]);
  });

  it("refuses unknown fields where that is asked for", () => {
    assert.throws(() => typeOf(schema).decode(widget({ x: 1 }, { y: 1 }), "Strict"), {
      message:
        'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "metadata.y", unknown field "spec.x"',
    });
  });
});

describe("defaults()", () => {
  it("fills in what is absent, at every depth, and nulls that may not be", () => {
    const type = typeOf(
      object({
        a: { ...text, default: "x" },
        nothing: { ...text, nullable: true, default: "x" },
        deep: { ...object({ b: { ...number, default: 2 } }), default: {} },
        list: { type: "array", items: object({ c: { ...text, default: "y" } }) },
      }),
    );
    const draft = type.decode(widget({ a: null, nothing: null, list: [{}, { c: "z" }] }), "Warn").object;
    type.defaults(draft);
    const expected = { a: "x", nothing: null, deep: { b: 2 }, list: [{ c: "y" }, { c: "z" }] };
    assert.deepEqual((draft as { spec: unknown }).spec, expected);
  });
});

describe("prepareForUpdate()", () => {
  it("counts generations by the spec, and keeps the status, which has its own path", () => {
    const type = typeOf(object({ a: text }), object({ b: text }));
    const old = widget({ a: "1" }, { generation: 3 }, { status: { b: "1" } });
    const draft = structuredClone(widget({ a: "1" }, { generation: 3, labels: { x: "y" } }, { status: { b: "2" } }));
    type.prepareForUpdate(draft, old);
    assert.deepEqual(draft, widget({ a: "1" }, { generation: 3, labels: { x: "y" } }, { status: { b: "1" } }));
    const next = structuredClone(widget({ a: "2" }, { generation: 3 }));
    type.prepareForUpdate(next, old);
    assert.equal((next.metadata as { generation?: number }).generation, 4);
  });
});

describe("validateCreate()", () => {
  const table: readonly { when: string; schema: JSONSchemaProps; spec: unknown; says: readonly string[] }[] = [
    { when: "all is well", schema: object({ a: text }), spec: { a: "x" }, says: [] },
    {
      when: "a type is wrong",
      schema: object({ a: number }),
      spec: { a: 1.5 },
      says: ['spec.a: Invalid value: "number": spec.a in body must be of type integer: "number"'],
    },
    { when: "a field is missing", schema: object({}, { required: ["a"] }), spec: {}, says: ["spec.a: Required value"] },
    {
      when: "a text is too long",
      schema: object({ a: { ...text, maxLength: 2 } }),
      spec: { a: "äöü" },
      says: ["spec.a: Too long: may not be more than 2 characters"],
    },
    {
      when: "a text does not match",
      schema: object({ a: { ...text, pattern: "^x+$" } }),
      spec: { a: "y" },
      says: [`spec.a: Invalid value: "y": spec.a in body should match '^x+$'`],
    },
    {
      when: "a format is not kept",
      schema: object({ a: { ...text, format: "date-time" } }),
      spec: { a: "today" },
      says: ['spec.a: Invalid value: "today": spec.a in body must be of type date-time: "today"'],
    },
    {
      when: "a number is out of range",
      schema: object({ a: { ...number, minimum: 1 }, b: { ...number, maximum: 5, exclusiveMaximum: true } }),
      spec: { a: 0, b: 5 },
      says: [
        "spec.a: Invalid value: 0: spec.a in body should be greater than or equal to 1",
        "spec.b: Invalid value: 5: spec.b in body should be less than 5",
      ],
    },
    {
      when: "a list is too long",
      schema: object({ a: { type: "array", maxItems: 1, items: text } }),
      spec: { a: ["x", "y"] },
      says: ["spec.a: Too many: 2: must have at most 1 item"],
    },
    {
      when: "a set has something twice",
      schema: object({ a: { type: "array", items: text, "x-kubernetes-list-type": "set" } }),
      spec: { a: ["x", "y", "x"] },
      says: ['spec.a[2]: Duplicate value: "x"'],
    },
    {
      when: "none of several schemas fits",
      schema: object({ a: text, b: text }, { oneOf: [{ required: ["a"] }, { required: ["b"] }] }),
      spec: {},
      says: [
        '<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
        "spec.a: Required value",
      ],
    },
    {
      when: "a value is neither number nor text",
      schema: object({ a: { "x-kubernetes-int-or-string": true } }),
      spec: { a: true },
      says: ['spec.a: Invalid value: "boolean": spec.a in body must be of type integer,string: "boolean"'],
    },
    {
      when: "an object within has no kind",
      schema: object({
        a: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
      }),
      spec: { a: { apiVersion: "v1", metadata: { name: "x" } } },
      says: ["spec.a.kind: Required value: must not be empty"],
    },
    {
      when: "a rule fails",
      schema: object({ a: number, b: number }, rule("self.a < self.b")),
      spec: { a: 2, b: 1 },
      says: ['spec: Invalid value: "object": failed rule: self.a < self.b'],
    },
    {
      when: "a rule explains itself, of another field, for another reason",
      schema: object(
        { a: number },
        rule("self.a < 2", {
          messageExpression: "'a is ' + string(self.a)",
          fieldPath: ".a",
          reason: "FieldValueForbidden",
        }),
      ),
      spec: { a: 2 },
      says: ["spec.a: Forbidden: a is 2"],
    },
    {
      when: "a rule cannot be evaluated",
      schema: object({ a: number, b: number }, rule("self.a < self.b")),
      spec: { a: 2 },
      says: ['spec: Invalid value: "object": no such key: b evaluating rule: self.a < self.b'],
    },
    {
      when: "a rule about the past has none",
      schema: object({ a: { ...text, ...rule("self == oldSelf") } }),
      spec: { a: "x" },
      says: [],
    },
    {
      when: "rules wait for the rest to be right",
      schema: object({ a: number }, { ...rule("self.a > 1"), required: ["b"] }),
      spec: { a: 1 },
      says: [
        "spec.b: Required value",
        '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      ],
    },
    {
      when: "names have to be escaped",
      schema: object({ "a-b": text, namespace: text }, rule("self.a__dash__b == self.__namespace__")),
      spec: { "a-b": "x", namespace: "y" },
      says: ['spec: Invalid value: "object": failed rule: self.a__dash__b == self.__namespace__'],
    },
  ];
  for (const { when, schema, spec, says } of table) {
    it(`says ${says.length === 0 ? "nothing" : "what is wrong"} when ${when}`, () => {
      const errors = typeOf(schema).validateCreate(widget(spec));
      assert.deepEqual(
        errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`),
        says,
      );
    });
  }

  it("stops rules that take too long, however they are nested", () => {
    const items = { type: "array", items: text } satisfies JSONSchemaProps;
    const slow = rule("self.a.all(x, self.a.all(y, self.a.all(z, x != '' || y == z)))");
    const errors = typeOf(object({ a: items }, slow)).validateCreate(
      widget({ a: Array.from({ length: 500 }, (_, i) => `${i}`) }),
    );
    assert.match(errors[0]?.detail ?? "", /call cost exceeds limit/);
  });
});

describe("validateUpdate()", () => {
  const update = (schema: JSONSchemaProps, from: unknown, to: unknown) => {
    const metadata = { resourceVersion: "1", uid: "u" };
    return typeOf(schema)
      .validateUpdate(widget(to, metadata), widget(from, metadata))
      .map((error) => `${error.field}: ${fieldErrorMessage(error)}`);
  };
  it("compares with what was there", () => {
    const schema = object({ a: { ...text, ...rule("self == oldSelf", { message: "is immutable" }) } });
    assert.deepEqual(update(schema, { a: "x" }, { a: "y" }), ['spec.a: Invalid value: "string": is immutable']);
    assert.deepEqual(update(schema, { a: "x" }, { a: "x" }), []);
  });

  it("lets stay what was there before the schema forbade it", () => {
    const schema = object({ a: { ...number, minimum: 5 }, b: { ...number, ...rule("self > 5") }, c: text });
    assert.deepEqual(update(schema, { a: 1, b: 1 }, { a: 1, b: 1, c: "x" }), []);
    assert.deepEqual(update(schema, { a: 1 }, { a: 2 }), [
      "spec.a: Invalid value: 2: spec.a in body should be greater than or equal to 5",
    ]);
  });

  it("knows the items of lists of type map by their keys", () => {
    const item = object({ k: text, v: { ...number, ...rule("self >= oldSelf", { message: "cannot shrink" }) } });
    const schema = object({
      l: { type: "array", items: item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"] },
    });
    const from = {
      l: [
        { k: "a", v: 1 },
        { k: "b", v: 5 },
      ],
    };
    assert.deepEqual(
      update(schema, from, {
        l: [
          { k: "b", v: 4 },
          { k: "a", v: 2 },
        ],
      }),
      ['spec.l[0].v: Invalid value: "integer": cannot shrink'],
    );
  });
});
