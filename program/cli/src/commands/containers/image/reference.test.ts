import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkReference, imagePath } from "./reference.ts";
import { splitName } from "./split-name.ts";

describe("checkReference()", () => {
  for (const name of [
    "busybox",
    "a/b:1",
    "localhost:5000/x",
    "Registry.example/x",
    `x@sha256:${"a".repeat(64)}`,
    "a__b",
  ])
    it(`takes ${name}`, () => checkReference(name));
  for (const { name, want } of [
    { name: "Bad Name", want: "invalid reference format: repository name (library/Bad Name) must be lowercase" },
    { name: "a b", want: "invalid reference format" },
    { name: "x:..", want: "invalid reference format" },
    { name: "", want: "invalid reference format" },
  ])
    it(`refuses "${name}"`, () => assert.throws(() => checkReference(name), { message: want }));
});

describe("imagePath() and splitName()", () => {
  it("keep a name's slashes and nothing else of a path", () =>
    assert.equal(imagePath("localhost:5000/a?b/../c:1"), "/images/localhost:5000/a%3Fb/../c:1"));
  it("tell a tag from a port and a digest", () => {
    assert.deepEqual(splitName("localhost:5000/a"), { repository: "localhost:5000/a", tag: undefined });
    assert.deepEqual(splitName("localhost:5000/a:1"), { repository: "localhost:5000/a", tag: "1" });
    assert.deepEqual(splitName("a@sha256:b"), { repository: "a@sha256:b", tag: undefined });
  });
});
