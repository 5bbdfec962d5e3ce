import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { VerbFailure } from "../verb.ts";
import { planCopy, splitArgument } from "./plan-copy.ts";

const file = { path: "/a/file", isDirectory: false };
const directory = { path: "/a/dir", isDirectory: true };
const contents = { path: "/a/dir/.", isDirectory: true };
const nothing = (path: string) => ({ path, exists: false, isDirectory: false });
const existing = (path: string, isDirectory: boolean) => ({ path, exists: true, isDirectory });

const table = [
  {
    when: "a file goes to a new name",
    source: file,
    destination: nothing("/b/new"),
    want: { directory: "/b", name: "new" },
  },
  {
    when: "a file replaces a file",
    source: file,
    destination: existing("/b/old", false),
    want: { directory: "/b", name: "old" },
  },
  {
    when: "a file goes into a directory",
    source: file,
    destination: existing("/b", true),
    want: { directory: "/b", name: "file" },
  },
  {
    when: "a directory goes to a new name",
    source: directory,
    destination: nothing("/b/new/"),
    want: { directory: "/b", name: "new" },
  },
  {
    when: "a directory goes into one",
    source: directory,
    destination: existing("/b", true),
    want: { directory: "/b", name: "dir" },
  },
  {
    when: "its contents go into one",
    source: contents,
    destination: existing("/b", true),
    want: { directory: "/b", name: undefined },
  },
  {
    when: "its contents go to a new name",
    source: contents,
    destination: nothing("/b"),
    want: { directory: "/", name: "b" },
  },
];

describe("planCopy()", () => {
  for (const { when, source, destination, want } of table)
    it(`decides when ${when}`, () => assert.deepEqual(planCopy(source, destination), want));

  it("refuses a directory in place of a file, and a file in a directory that is not there", () => {
    assert.throws(() => planCopy(directory, existing("/b/old", false)), new VerbFailure("cannot copy directory"));
    assert.throws(() => planCopy(file, nothing("/b/new/")), new VerbFailure("no such directory"));
  });
});

describe("splitArgument()", () => {
  for (const { text, container, path } of [
    { text: "web:/etc", container: "web", path: "/etc" },
    { text: "/a:b", container: undefined, path: "/a:b" },
    { text: "./a:b", container: undefined, path: "./a:b" },
    { text: "file", container: undefined, path: "file" },
  ])
    it(`reads ${text}`, () => assert.deepEqual(splitArgument(text), { container, path }));
});
