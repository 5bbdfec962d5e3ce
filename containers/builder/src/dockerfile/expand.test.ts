// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax under test
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expand } from "./expand.ts";

const variables: Readonly<Record<string, string>> = { A: "value", EMPTY: "", PATH: "/usr/local/bin/x.tar.gz" };
const scope = { escapeChar: "\\", lookup: (name: string) => variables[name] };

const table = [
  { when: "a name is bare", word: "$A/b", want: "value/b" },
  { when: "a name is in braces", word: "x${A}y", want: "xvaluey" },
  { when: "nothing is set", word: "[$NONE]", want: "[]" },
  { when: "a default is needed", word: "${NONE:-d}", want: "d" },
  { when: "a default is needed for an empty value", word: "${EMPTY:-d}", want: "d" },
  { when: "an empty value counts", word: "[${EMPTY-d}]", want: "[]" },
  { when: "a default holds a variable", word: "${NONE:-${A}s}", want: "values" },
  { when: "an alternative applies", word: "${A:+yes}", want: "yes" },
  { when: "an alternative does not apply", word: "[${EMPTY:+yes}]", want: "[]" },
  { when: "the dollar is escaped", word: "\\$A", want: "$A" },
  { when: "it stands in single quotes", word: "'$A'", want: "$A" },
  { when: "it stands in double quotes", word: '"$A b"', want: "value b" },
  { when: "a dollar stands alone", word: "5$", want: "5$" },
  { when: "a prefix is cut", word: "${PATH#*/}", want: "usr/local/bin/x.tar.gz" },
  { when: "the longest prefix is cut", word: "${PATH##*/}", want: "x.tar.gz" },
  { when: "a suffix is cut", word: "${PATH%.*}", want: "/usr/local/bin/x.tar" },
  { when: "the longest suffix is cut", word: "${PATH%%.*}", want: "/usr/local/bin/x" },
  { when: "text is replaced", word: "${A/a/o}", want: "volue" },
  { when: "all of a text is replaced", word: "${PATH//./_}", want: "/usr/local/bin/x_tar_gz" },
];

describe("expand()", () => {
  for (const { when, word, want } of table) {
    it(`gives ${want} when ${when}`, () => assert.equal(expand(word, scope), want));
  }

  for (const { word, message } of [
    { word: "${NONE:?is missing}", message: /NONE: is missing/ },
    { word: "${A", message: /unsupported modifier/ },
    { word: "${A:-b", message: /missing '}'/ },
    { word: "${}", message: /bad substitution/ },
    { word: "'a", message: /matching quote/ },
    { word: "${A:-".repeat(50), message: /nested too deeply/ },
  ]) {
    it(`refuses ${word.slice(0, 20)}`, () => assert.throws(() => expand(word, scope), message));
  }
});
