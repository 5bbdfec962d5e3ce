import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plain } from "./node.ts";
import { parseYaml } from "./parse-yaml.ts";
import { resolveScalar } from "./resolve-scalar.ts";

const parse = (text: string): unknown[] => parseYaml({ name: "f", path: "/f", text }).map((node) => plain(node));

const scalars = [
  ["", null],
  ["~", null],
  ["null", null],
  ["true", true],
  ["False", false],
  ["yes", "yes"],
  ["no", "no"],
  ["12", 12],
  ["-12", -12],
  ["+1", 1],
  ["0", 0],
  ["0440", 288],
  ["0o17", 15],
  ["0x1F", 31],
  ["0b101", 5],
  ["1_000", 1000],
  ["08", 8],
  ["1.5", 1.5],
  ["1e3", 1000],
  [".5", 0.5],
  ["-0.5", -0.5],
  ["1.2.3", "1.2.3"],
  ["80:80", "80:80"],
  ["12345678901234567890", "12345678901234567890"],
  ["2024-01-01", "2024-01-01"],
  ["-", "-"],
  ["+", "+"],
  [".", "."],
  ["0x", "0x"],
] as const;

describe("resolveScalar()", () => {
  for (const [text, want] of scalars) {
    it(`takes ${JSON.stringify(text)} as ${JSON.stringify(want)}`, () => assert.equal(resolveScalar(text), want));
  }
});

describe("parseYaml()", () => {
  it("keeps quoted scalars strings", () =>
    assert.deepEqual(parse("a: '1'\nb: \"true\"\nc: !!str 5\nd: |\n  12\n"), [
      { a: "1", b: "true", c: "5", d: "12\n" },
    ]));
  it("takes keys as strings", () => assert.deepEqual(parse("1: a\ntrue: b\n"), [{ "1": "a", true: "b" }]));
  it("lets a mapping's own keys win over merged ones, and earlier merged ones over later", () => {
    const text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}\n";
    assert.deepEqual((parse(text)[0] as Record<string, unknown>).c, { x: 1, y: 3, z: 2 });
  });
  it("gives several documents and leaves out empty ones", () =>
    assert.deepEqual(parse("a: 1\n---\n---\nb: 2\n"), [{ a: 1 }, { b: 2 }]));
  it("gives nothing for an empty file", () => assert.deepEqual(parse("# only a comment\n"), []));
  it("keeps keys that are special to JavaScript", () => {
    assert.deepEqual(
      JSON.stringify(parse("__proto__: {a: 1}\nconstructor: x\n")),
      '[{"__proto__":{"a":1},"constructor":"x"}]',
    );
  });

  const wrong = [
    {
      when: "values are nested too deeply",
      text: `a: ${"[".repeat(70)}${"]".repeat(70)}`,
      want: /^f:1:\d+: a(?:\[0\])+: more than 64 levels$/,
    },
    { when: "an anchor holds itself", text: "a: &a [*a]\n", want: /^f:1:\d+: a.*: more than 64 levels$/ },
    {
      when: "a merge key names a scalar",
      text: "a: &a 1\nb: {<<: *a}\n",
      want: /^f:2:\d+: b\.<<: only mappings can be merged by <<$|^f:1:\d+: b: only mappings can be merged by <<$/,
    },
    { when: "a key is a list", text: "[a]: 1\n", want: /^f:1:1: a key must be a string$/ },
    {
      when: "the text is too long",
      text: `a: ${"x".repeat(1_000_001)}`,
      want: /^f:1:1: is longer than 1000000 characters$/,
    },
  ];
  for (const { when, text, want } of wrong) {
    it(`says where when ${when}`, () => assert.throws(() => parse(text), { name: "ComposeFileError", message: want }));
  }
});
