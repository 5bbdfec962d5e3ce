import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jsonReason } from "./json-reason.ts";

const cases = [
  { text: "", want: "unexpected end of JSON input" },
  { text: '{"a":', want: "unexpected end of JSON input" },
  { text: '{"a":"b', want: "unexpected end of JSON input" },
  { text: "garbage", want: "invalid character 'g' looking for beginning of value" },
  { text: '{"a":]', want: "invalid character ']' looking for beginning of value" },
  { text: "{}{}", want: "invalid character '{' after top-level value" },
  { text: "{a:1}", want: "invalid character 'a' looking for beginning of object key string" },
  { text: '{"a" 1}', want: "invalid character '1' after object key" },
  { text: '{"a":1 "b":2}', want: "invalid character '\"' after object key:value pair" },
  { text: "[1 2]", want: "invalid character '2' after array element" },
  { text: '{"a":"b\nc"}', want: "invalid character '\\n' in string literal" },
  { text: '{"a":"\\x"}', want: "invalid character 'x' in string escape code" },
];

describe("jsonReason()", () => {
  for (const { text, want } of cases) {
    it(`says of ${JSON.stringify(text)}: ${want}`, () => {
      assert.throws(
        () => JSON.parse(text),
        (error) => {
          assert.ok(error instanceof SyntaxError);
          assert.equal(jsonReason(text, error), want);
          return true;
        },
      );
    });
  }
});
