import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { everything, fromLabelSelector, matches, nothing, parseSelector, selectorText } from "./labels.ts";

const labels = { app: "web", tier: "front", size: "10" };

const table: [text: string, selected: boolean][] = [
  ["", true],
  ["app", true],
  ["!app", false],
  ["!nope", true],
  ["app=web", true],
  ["app==web,tier!=back", true],
  ["nope!=x", true],
  ["tier in (front, back)", true],
  ["tier notin (front)", false],
  ["nope notin (x)", true],
  ["size>9,size<11", true],
  ["app>9", false],
  ["app=", false],
  ["toString", false],
];

const refused: [text: string, because: string][] = [
  ["a,,b", "found ',', expected: identifier after ','"],
  ["a=b c", "found 'c', expected: ',' or 'end of string'"],
  ["=x", "found '=', expected: !, identifier, or 'end of string'"],
  ["x y", "unable to parse requirement: found 'y', expected: in, notin, =, ==, !=, gt, lt"],
  ["a in x", "unable to parse requirement: found 'x' expected: '('"],
  ["a in (", "unable to parse requirement: found '', expected: ',', ')' or identifier"],
  [
    "a>x",
    `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
  ],
];

describe("parseSelector()", () => {
  for (const [text, selected] of table) {
    it(`makes "${text}" ${selected ? "select" : "pass over"} the labels`, () => {
      assert.equal(matches(parseSelector(text), labels), selected);
    });
  }

  for (const [text, because] of refused) {
    it(`refuses "${text}"`, () => assert.throws(() => parseSelector(text), { code: 400, message: because }));
  }

  it("survives being written out", () => {
    assert.equal(selectorText(parseSelector("a = b , c in (y,x),!d,e>5")), "a=b,c in (x,y),!d,e>5");
  });
});

describe("fromLabelSelector()", () => {
  it("selects nothing when absent and everything when empty", () => {
    assert.equal(fromLabelSelector(undefined), nothing);
    assert.deepEqual(fromLabelSelector({}), everything);
    assert.equal(matches(nothing, labels), false);
  });

  it("requires labels and expressions together", () => {
    const selector = fromLabelSelector({
      matchLabels: { app: "web" },
      matchExpressions: [{ key: "tier", operator: "NotIn", values: ["front"] }],
    });
    assert.equal(matches(selector, labels), false);
    assert.equal(matches(selector, { app: "web", tier: "back" }), true);
  });
});
