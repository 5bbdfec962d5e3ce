import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { StatusError } from "../errors.ts";
import { jsonPatch } from "./json-patch.ts";

const table: { when: string; document: unknown; patch: unknown[]; want: unknown }[] = [
  { when: "a member is added", document: { a: 1 }, patch: [{ op: "add", path: "/b", value: 2 }], want: { a: 1, b: 2 } },
  { when: "an item is put in front", document: [2], patch: [{ op: "add", path: "/0", value: 1 }], want: [1, 2] },
  { when: "an item is appended", document: [1], patch: [{ op: "add", path: "/-", value: 2 }], want: [1, 2] },
  { when: "a key holds a slash", document: { "a/b": 1 }, patch: [{ op: "remove", path: "/a~1b" }], want: {} },
  {
    when: "a value is moved after a test",
    document: { a: { x: 1 }, b: {} },
    patch: [
      { op: "test", path: "/a/x", value: 1 },
      { op: "move", from: "/a/x", path: "/b/y" },
    ],
    want: { a: {}, b: { y: 1 } },
  },
  {
    when: "a test for absence is written as null",
    document: {},
    patch: [{ op: "test", path: "/a", value: null }],
    want: {},
  },
];

const failing: { when: string; patch: unknown[] }[] = [
  { when: "a test fails", patch: [{ op: "test", path: "/a", value: 2 }] },
  {
    when: "nothing is there to remove",
    patch: [{ op: "remove", path: "/nope" }],
  },
  { when: "the operation is unknown", patch: [{ op: "x", path: "/a" }] },
  {
    when: "the parent is missing",
    patch: [{ op: "add", path: "/n/m", value: 1 }],
  },
];

describe("jsonPatch()", () => {
  for (const { when, document, patch, want } of table) {
    it(`applies when ${when}`, () => assert.deepEqual(jsonPatch(document, patch), want));
  }

  for (const { when, patch } of failing) {
    it(`answers 422 and changes nothing when ${when}`, () => {
      const document = { a: 1 };
      assert.throws(
        () => jsonPatch(document, patch),
        (error) => {
          assert.ok(error instanceof StatusError);
          assert.equal(error.code, 422);
          assert.deepEqual(error.status.details, {});
          return true;
        },
      );
      assert.deepEqual(document, { a: 1 });
    });
  }

  it("answers 413 to more operations than it will do", () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/a", value: 1 }));
    assert.throws(() => jsonPatch({ a: 1 }, patch), { code: 413 });
  });
});
