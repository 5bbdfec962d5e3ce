import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JSONSchemaProps } from "@skiff/api/apiextensions/v1";
import { fieldErrorMessage } from "../rules/field-error.ts";
import { checkDefinitionSchema } from "./check-definition.ts";

const text: JSONSchemaProps = { type: "string" };
const spec = (properties: Record<string, JSONSchemaProps>, more: JSONSchemaProps = {}): JSONSchemaProps => ({
  type: "object",
  properties: { spec: { type: "object", properties, ...more } },
});
const rules = (...list: readonly object[]): JSONSchemaProps => ({
  "x-kubernetes-validations": list as NonNullable<JSONSchemaProps["x-kubernetes-validations"]>,
});

describe("checkDefinitionSchema()", () => {
  const table: readonly { when: string; schema: JSONSchemaProps; says: readonly string[] }[] = [
    { when: "all is well", schema: spec({ a: text }), says: [] },
    {
      when: "the root has no type",
      schema: { properties: {} },
      says: ["s.type: Required value: must not be empty at the root"],
    },
    {
      when: "a value has no type",
      schema: spec({ a: {} }),
      says: ["s.properties[spec].properties[a].type: Required value: must not be empty for specified object fields"],
    },
    {
      when: "a combination says what a value is",
      schema: spec({ a: { ...text, anyOf: [{ type: "string" }, { description: "x" }] } }),
      says: [
        "s.properties[spec].properties[a].anyOf[0].type: Forbidden: must be empty to be structural",
        "s.properties[spec].properties[a].anyOf[1].description: Forbidden: must be empty to be structural",
      ],
    },
    {
      when: "a combination names a member nobody declares",
      schema: spec({}, { oneOf: [{ properties: { a: { minLength: 1 } } }] }),
      says: [
        "s.properties[spec].properties[a]: Required value: because it is defined in s.properties[spec].oneOf[0].properties[a]",
      ],
    },
    {
      when: "items must differ, which takes too long to check",
      schema: spec({ a: { type: "array", items: text, uniqueItems: true } }),
      says: [
        "s.properties[spec].properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
      ],
    },
    {
      when: "named and other members are mixed",
      schema: spec({ a: { type: "object", properties: { b: text }, additionalProperties: text } }),
      says: [
        "s.properties[spec].properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
      ],
    },
    {
      when: "a pattern is none",
      schema: spec({ a: { ...text, pattern: "(" } }),
      says: [
        'Invalid value: "(": must be a valid regular expression, but isn\'t: error parsing regexp: missing closing ): `(`',
      ].map((why) => `s.properties[spec].properties[a].pattern: ${why}`),
    },
    {
      when: "metadata is described",
      schema: {
        type: "object",
        properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } },
      },
      says: [
        "s.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
      ],
    },
    {
      when: "the keys of a list are not there",
      schema: spec({
        a: {
          type: "array",
          items: { type: "object" },
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["k"],
        },
      }),
      says: [
        's.properties[spec].properties[a].x-kubernetes-list-map-keys[0]: Invalid value: "k": entries must all be names of item properties',
      ],
    },
    {
      when: "a default has unknown fields",
      schema: spec({ a: { type: "object", properties: { b: text }, default: { c: "x" } } }),
      says: ['s.properties[spec].properties[a].default: Invalid value: {"c":"x"}: must not have unknown fields'],
    },
    {
      when: "a rule is no bool, and a message no text",
      schema: spec({ a: { ...text, ...rules({ rule: "self" }, { rule: "true", messageExpression: "1" }) } }),
      says: [
        's.properties[spec].properties[a].x-kubernetes-validations[0].rule: Invalid value: "self": cel expression must evaluate to a bool',
        's.properties[spec].properties[a].x-kubernetes-validations[1].messageExpression: Invalid value: "1": messageExpression must evaluate to a string',
      ],
    },
    {
      when: "a rule looks at the past of what cannot be told apart",
      schema: spec({ a: { type: "array", maxItems: 2, items: { ...text, ...rules({ rule: "self == oldSelf" }) } } }),
      says: [
        's.properties[spec].properties[a].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[spec].properties[a]',
      ],
    },
    {
      when: "a rule of several lines has no message",
      schema: spec({}, rules({ rule: "true &&\ntrue" })),
      says: [
        "s.properties[spec].x-kubernetes-validations[0].message: Required value: message must be specified if rule contains line breaks",
      ],
    },
  ];
  for (const { when, schema, says } of table) {
    it(`says ${says.length === 0 ? "nothing" : "what is wrong"} when ${when}`, () => {
      const errors = checkDefinitionSchema(schema, "s");
      assert.deepEqual(
        errors.map((error) => `${error.field}: ${fieldErrorMessage(error)}`),
        says,
      );
    });
  }

  it("lets rules cost what the sizes they are given allow", () => {
    const items = (more: JSONSchemaProps): JSONSchemaProps => ({
      type: "array",
      items: { ...text, maxLength: 64 },
      ...more,
    });
    const distinct = rules({ rule: "self.a.all(x, self.a.exists_one(y, x == y))" });
    assert.deepEqual(checkDefinitionSchema(spec({ a: items({ maxItems: 100 }) }, distinct), "s"), []);
    const [error] = checkDefinitionSchema(spec({ a: items({}) }, distinct), "s");
    assert.match(error?.detail ?? "", /^estimated rule cost exceeds budget by factor of more than 100x/);
  });
});
