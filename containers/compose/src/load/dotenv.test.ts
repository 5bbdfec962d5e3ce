// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of Compose files.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ComposeFileError } from "./compose-file-error.ts";
import { parseDotenv, parseRawEnv } from "./dotenv.ts";

const lookup = (name: string): string | undefined => ({ HOST: "host", OUTER: "outer" })[name];

const table = [
  { when: "values are bare", text: "A=1\nB=two words\n", want: { A: "1", B: "two words" } },
  { when: "there are comments and empty lines", text: "# c\n\n  # d\nA=1 # e\nB=x#y\n", want: { A: "1", B: "x#y" } },
  { when: "blanks surround the sign", text: "A = 1\n  B=2  \n", want: { A: "1", B: "2" } },
  { when: "a line is exported", text: "export A=1\n", want: { A: "1" } },
  { when: "the sign is a colon", text: "A: 1\n", want: { A: "1" } },
  { when: "a value is empty", text: "A=\nB=''\nC=\"\"\n", want: { A: "", B: "", C: "" } },
  { when: "a value is in single quotes", text: "A='$HOST \\n # x'\n", want: { A: "$HOST \\n # x" } },
  { when: "a value is in double quotes", text: 'A="$HOST\\n\\"q\\" # x" # c\n', want: { A: 'host\n"q" # x' } },
  { when: "a dollar is escaped", text: 'A="\\$HOST"\nB=$$HOST\n', want: { A: "$HOST", B: "$HOST" } },
  { when: "a quoted value spans lines", text: "A='one\ntwo'\nB=3\n", want: { A: "one\ntwo", B: "3" } },
  { when: "a value uses the caller's variables", text: "A=${HOST}-${NONE:-none}\n", want: { A: "host-none" } },
  { when: "a value uses an earlier line", text: "A=1\nB=$A$A\n", want: { A: "1", B: "11" } },
  {
    when: "the caller's variable has the name of an earlier line",
    text: "OUTER=mine\nB=$OUTER\n",
    want: { OUTER: "mine", B: "outer" },
  },
  { when: "a name stands alone", text: "HOST\nNONE\nA=1\n", want: { HOST: "host", A: "1" } },
  { when: "a name is given twice", text: "A=1\nA=2\n", want: { A: "2" } },
  { when: "names have dots and dashes", text: "a.b-c=1\n", want: { "a.b-c": "1" } },
  { when: "lines end as on Windows", text: "A=1\r\nB='2'\r\n", want: { A: "1", B: "2" } },
  { when: "the file begins with a byte order mark", text: "\u{feff}A=1", want: { A: "1" } },
];

const wrong = [
  { when: "a quote is not closed", text: "A=1\nB='x\n", want: ".env:2: a quoted value is not closed" },
  { when: "a quoted value goes on", text: 'A="x" y\n', want: ".env:1: a quoted value is followed by more text" },
  { when: "a name has a blank", text: "\nA B=1\n", want: '.env:2: variable name "A" is followed by no "="' },
  { when: "a line has no name", text: "=1\n", want: ".env:1: a line must be NAME=value, NAME or a comment" },
  {
    when: "a variable is required",
    text: "A=${NONE:?set it}\n",
    want: ".env:1: variable A: required variable NONE is missing a value: set it",
  },
];

describe("parseDotenv()", () => {
  for (const { when, text, want } of table) {
    it(`reads a file when ${when}`, () => {
      assert.deepEqual(
        parseDotenv(text, ".env", lookup, () => {}),
        want,
      );
    });
  }
  for (const { when, text, want } of wrong) {
    it(`names the line when ${when}`, () => {
      assert.throws(
        () => parseDotenv(text, ".env", lookup, () => {}),
        (error) => error instanceof ComposeFileError && error.message === want,
      );
    });
  }
});

describe("parseRawEnv()", () => {
  it("takes values as they stand", () => {
    const text = "# c\nA='$HOST' # x\nB=\nHOST\nNONE\n";
    assert.deepEqual(parseRawEnv(text, lookup), { A: "'$HOST' # x", B: "", HOST: "host" });
  });
});
