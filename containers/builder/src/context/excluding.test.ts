import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { excluding } from "./excluding.ts";

const directory = { path: "src", name: "src", isDirectory: true };
const table = [
  { when: "a pattern names a file below the source", patterns: ["*.md"], path: "src/a.md", want: true },
  { when: "the pattern does not cross directories", patterns: ["*.md"], path: "src/sub/a.md", want: false },
  { when: "the pattern crosses directories", patterns: ["**/*.md"], path: "src/sub/a.md", want: true },
  { when: "a directory is named", patterns: ["sub"], path: "src/sub/a.c", want: true },
  { when: "a later pattern brings it back", patterns: ["*.md", "!a.md"], path: "src/a.md", want: false },
];

describe("excluding()", () => {
  for (const { when, patterns, path, want } of table) {
    it(`${want ? "leaves a file out" : "keeps a file"} when ${when}`, () => {
      assert.equal(excluding({ root: "/context" }, directory, patterns)?.ignore?.ignores(path), want);
    });
  }
  it("leaves out a source that is itself named", () => {
    const file = { path: "src/a.md", name: "a.md", isDirectory: false };
    assert.equal(excluding({ root: "/context" }, file, ["*.md"]), undefined);
  });
});
