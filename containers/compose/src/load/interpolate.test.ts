// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { InterpolationError, interpolate } from "./interpolate.ts";

const environment: Readonly<Record<string, string>> = { FOO: "foo", EMPTY: "", NAME: "FOO", n_1: "one" };

const table = [
  { when: "nothing is to be replaced", text: "plain text", want: "plain text" },
  { when: "a variable is bare", text: "a $FOO b", want: "a foo b" },
  { when: "a bare name ends at what no name has", text: "$FOO-$FOO.", want: "foo-foo." },
  { when: "a variable is in braces", text: "a${FOO}b", want: "afoob" },
  { when: "a name has digits and underscores", text: "${n_1}$n_1", want: "oneone" },
  { when: "a dollar is doubled", text: "$$FOO $${FOO} $$", want: "$FOO ${FOO} $" },
  { when: "a variable is not set", text: "[$MISSING][${MISSING}]", want: "[][]", missing: ["MISSING", "MISSING"] },
  { when: "a variable is empty", text: "[$EMPTY]", want: "[]" },
  { when: ":- and the variable is set", text: "${FOO:-other}", want: "foo" },
  { when: ":- and the variable is empty", text: "${EMPTY:-other}", want: "other" },
  { when: ":- and the variable is not set", text: "${MISSING:-other}", want: "other" },
  { when: "- and the variable is empty", text: "${EMPTY-other}", want: "" },
  { when: "- and the variable is not set", text: "${MISSING-other}", want: "other" },
  { when: "a default is empty", text: "${MISSING-}${MISSING:-}", want: "" },
  { when: ":+ and the variable is set", text: "${FOO:+other}", want: "other" },
  { when: ":+ and the variable is empty", text: "${EMPTY:+other}", want: "" },
  { when: "+ and the variable is empty", text: "${EMPTY+other}", want: "other" },
  { when: "+ and the variable is not set", text: "${MISSING+other}", want: "" },
  { when: ":? and the variable is set", text: "${FOO:?needed}", want: "foo" },
  { when: "? and the variable is empty", text: "${EMPTY?needed}", want: "" },
  { when: "a default has a variable", text: "${MISSING:-${FOO}-$FOO}", want: "foo-foo" },
  { when: "defaults are nested", text: "${A:-${B:-${C:-deep}}}!", want: "deep!" },
  { when: "an alternative has a default", text: "${FOO:+${MISSING:-x}}", want: "x" },
  { when: "a default holds operators", text: "${MISSING:-a:-b?c+d}", want: "a:-b?c+d" },
  { when: "a default holds a doubled dollar", text: "${MISSING:-$$5}", want: "$5" },
  { when: "a default that is not used names a variable that is not set", text: "${FOO:-$MISSING}", want: "foo" },
  { when: "a default that is not used requires a variable", text: "${FOO:-${MISSING:?needed}}", want: "foo" },
  { when: "a value looks like a variable", text: "$NAME", want: "FOO" },
];

const wrong = [
  {
    when: ":? and the variable is not set",
    text: "${MISSING:?say why}",
    want: "required variable MISSING is missing a value: say why",
  },
  { when: ":? and the variable is empty", text: "${EMPTY:?}", want: "required variable EMPTY is missing a value" },
  {
    when: "? and the variable is not set",
    text: "${MISSING?$FOO}",
    want: "required variable MISSING is missing a value: foo",
  },
  {
    when: "a brace is not closed",
    text: "${FOO",
    want: '"${FOO" is followed by the end instead of "}" or one of :- - :? ? :+ +',
  },
  { when: "a default is not closed", text: "${FOO:-${X}", want: 'a "${" is not closed' },
  { when: "there is no name in braces", text: "${}", want: 'a "${" is followed by no name' },
  { when: "a name has a dash in front", text: "${-FOO}", want: 'a "${" is followed by no name' },
  {
    when: "a name has a blank behind",
    text: "${FOO }",
    want: '"${FOO" is followed by " " instead of "}" or one of :- - :? ? :+ +',
  },
  {
    when: "a dollar has no name",
    text: "5 $ each",
    want: 'a "$" is followed by no name; a "$" that is meant to stay is written "$$"',
  },
  {
    when: "a dollar ends the text",
    text: "5$",
    want: 'a "$" is followed by no name; a "$" that is meant to stay is written "$$"',
  },
  { when: "braces are nested without end", text: "${A:-".repeat(100), want: 'more than 32 levels of "${"' },
];

describe("interpolate()", () => {
  for (const { when, text, want, missing: expected = [] } of table) {
    it(`gives ${JSON.stringify(want)} when ${when}`, () => {
      const missing: string[] = [];
      const got = interpolate(text, { get: (name) => environment[name], missing: (name) => missing.push(name) });
      assert.deepEqual({ got, missing }, { got: want, missing: expected });
    });
  }
  for (const { when, text, want } of wrong) {
    it(`says what is wrong when ${when}`, () => {
      const variables = { get: (name: string) => environment[name], missing: () => {} };
      assert.throws(
        () => interpolate(text, variables),
        (error) => error instanceof InterpolationError && error.message === want,
      );
    });
  }
});
