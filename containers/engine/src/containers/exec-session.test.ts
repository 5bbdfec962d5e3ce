import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fullLineEnds } from "./exec-session.ts";

const table = [
  { when: "lines end in a line feed", chunks: ["a\nb\n"], want: "a\r\nb\r\n" },
  { when: "they have their carriage returns", chunks: ["a\r\nb\r\n"], want: "a\r\nb\r\n" },
  { when: "the runtime switches in between", chunks: ["a\r\nb\nc"], want: "a\r\nb\r\nc" },
  { when: "an end is cut in two", chunks: ["a\r", "\nb", "\n"], want: "a\r\nb\r\n" },
  { when: "lines are empty", chunks: ["\n\n"], want: "\r\n\r\n" },
];

describe("fullLineEnds()", () => {
  for (const { when, chunks, want } of table) {
    it(`gives whole line ends when ${when}`, () => {
      const convert = fullLineEnds();
      assert.equal(Buffer.concat(chunks.map((chunk) => convert(Buffer.from(chunk)))).toString(), want);
    });
  }
});
