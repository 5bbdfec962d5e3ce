import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sameMeaning } from "./immutable.ts";

const table: readonly { when: string; a: unknown; b: unknown; want: boolean }[] = [
  { when: "both are the same tree", a: { x: [1, { y: "z" }] }, b: { x: [1, { y: "z" }] }, want: true },
  { when: "a false is left out", a: { hostNetwork: false }, b: {}, want: true },
  { when: "an empty list is left out", a: {}, b: { args: [] }, want: true },
  { when: "an empty map is left out", a: { nodeSelector: {} }, b: {}, want: true },
  { when: "an empty struct is left out", a: { emptyDir: {} }, b: {}, want: false },
  { when: "user 0 is left out", a: { runAsUser: 0 }, b: {}, want: false },
  { when: "the class of storage is none rather than any", a: { storageClassName: "" }, b: {}, want: false },
  { when: "the order differs", a: { args: ["a", "b"] }, b: { args: ["b", "a"] }, want: false },
  { when: "a list is longer", a: [1], b: [1, 2], want: false },
];

describe("sameMeaning()", () => {
  for (const { when, a, b, want } of table) {
    it(`is ${want} when ${when}, both ways round`, () => {
      assert.equal(sameMeaning(a, b), want);
      assert.equal(sameMeaning(b, a), want);
    });
  }
});
