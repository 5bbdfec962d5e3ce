import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseIgnorePatterns } from "./ignore-patterns.ts";

const table = [
  { when: "it is named", patterns: "node_modules", path: "node_modules", want: true },
  { when: "it is below what is named", patterns: "/node_modules/", path: "node_modules/a/b", want: true },
  { when: "its name only begins alike", patterns: "node", path: "node_modules", want: false },
  { when: "the pattern has no slash but the path has", patterns: "*.md", path: "docs/a.md", want: false },
  { when: "the pattern crosses directories", patterns: "**/*.md", path: "docs/x/a.md", want: true },
  { when: "the crossing pattern matches at the top", patterns: "**/*.md", path: "a.md", want: true },
  { when: "a later exception brings it back", patterns: "*.md\n!README.md", path: "README.md", want: false },
  { when: "an even later pattern takes it away", patterns: "!README.md\nREADME*", path: "README.md", want: true },
  { when: "the line is a comment", patterns: "#a", path: "#a", want: false },
  { when: "a class matches", patterns: "temp[0-9]?", path: "temp1x", want: true },
  { when: "everything is ignored", patterns: "*", path: "a/b", want: true },
];

describe("parseIgnorePatterns()", () => {
  for (const { when, patterns, path, want } of table) {
    it(`${want ? "leaves a path out" : "keeps a path"} when ${when}`, () => {
      assert.equal(parseIgnorePatterns(patterns).ignores(path), want);
    });
  }
});
