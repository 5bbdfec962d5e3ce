import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { difference, type FieldSet, inOrder, parseSet, pathsOf, recursiveDifference, union } from "./field-set.ts";

/** A set from its text, as `managedFields` has it. */
const set = (text: string): FieldSet => parseSet(JSON.parse(text)) ?? assert.fail(text);

describe("a set of fields", () => {
  it("is written with itself first, then members, items by keys, by value and by place, numbers as numbers", () => {
    const written = {
      "i:10": {},
      "i:9": {},
      'v:"b"': {},
      'v:"a"': {},
      "v:2": {},
      'k:{"port":443,"protocol":"TCP"}': {},
      'k:{"port":80,"protocol":"UDP"}': {},
      'k:{"port":80,"protocol":"TCP"}': { "f:port": {}, ".": {}, "f:name": {} },
      "f:b": {},
      "f:a": {},
      ".": {},
    };
    assert.equal(
      JSON.stringify(inOrder({ "f:x": written })),
      JSON.stringify({
        "f:x": {
          ".": {},
          "f:a": {},
          "f:b": {},
          'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {}, "f:port": {} },
          'k:{"port":80,"protocol":"UDP"}': {},
          'k:{"port":443,"protocol":"TCP"}': {},
          "v:2": {},
          'v:"a"': {},
          'v:"b"': {},
          "i:9": {},
          "i:10": {},
        },
      }),
    );
  });

  it("is written in order below what is in order already", () => {
    const written = set('{"f:a":{"f:c":{"f:f":{},"f:e":{}},"f:d":{".":{}}},"f:b":{}}');
    const once = inOrder(written);
    assert.equal(JSON.stringify(once), '{"f:a":{"f:c":{"f:e":{},"f:f":{}},"f:d":{}},"f:b":{}}');
    assert.equal(inOrder(once), once);
  });

  it("names its members by paths, at each place those there before those below", () => {
    const text =
      '{"f:spec":{"f:list":{".":{},"k:{\\"a\\":1,\\"b\\":\\"c\\"}":{".":{},"f:x":{}},"v:true":{}},"f:z":{}}}';
    assert.deepEqual(pathsOf(set(text)), [
      ".spec.list",
      ".spec.z",
      '.spec.list[a=1,b="c"]',
      ".spec.list[=true]",
      '.spec.list[a=1,b="c"].x',
    ]);
  });

  const operations: readonly { when: string; got: () => FieldSet; want: string }[] = [
    {
      when: "a parent is taken away and its child stays",
      got: () => difference(set('{"f:a":{".":{},"f:b":{}}}'), set('{"f:a":{}}')),
      want: '{"f:a":{"f:b":{}}}',
    },
    {
      when: "a parent is taken away with all below it",
      got: () => recursiveDifference(set('{"f:a":{".":{},"f:b":{}},"f:c":{}}'), set('{"f:a":{}}')),
      want: '{"f:c":{}}',
    },
    {
      when: "the last child is taken away and its parent was a member",
      got: () => difference(set('{"f:a":{".":{},"f:b":{}}}'), set('{"f:a":{"f:b":{}}}')),
      want: '{"f:a":{}}',
    },
    {
      when: "the last child is taken away and its parent was none",
      got: () => difference(set('{"f:a":{"f:b":{}}}'), set('{"f:a":{"f:b":{}}}')),
      want: "{}",
    },
    {
      when: "a parent and a child come together",
      got: () => union(set('{"f:a":{}}'), set('{"f:a":{"f:b":{}}}')),
      want: '{"f:a":{".":{},"f:b":{}}}',
    },
  ];
  for (const { when, got, want } of operations) {
    it(`is what it should be when ${when}`, () => assert.equal(JSON.stringify(inOrder(got())), want));
  }

  it("is read without the steps it does not know, and not at all where it is no set", () => {
    assert.deepEqual(parseSet({ "f:a": {}, "x:b": {}, "k:{": {}, "k:[]": {}, "i:x": {}, "v:": {}, c: {} }), {
      "f:a": {},
    });
    assert.equal(parseSet({ "f:a": 5 }), undefined);
    assert.equal(parseSet([]), undefined);
  });
});
