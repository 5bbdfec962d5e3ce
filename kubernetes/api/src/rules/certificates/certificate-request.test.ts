import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requestProblem } from "./certificate-request.ts";

const pem = (der: readonly number[], label = "CERTIFICATE REQUEST") =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString("base64")}\n-----END ${label}-----\n`;
const WHOLE = [0x30, 0x08, 0x30, 0x00, 0x30, 0x00, 0x03, 0x02, 0x00, 0x00];
const PEM_TYPE = "PEM block type must be CERTIFICATE REQUEST";

describe("requestProblem()", () => {
  const cases: { when: string; text: string; problem: string | RegExp | undefined }[] = [
    { when: "it has the form of a request", text: pem(WHOLE), problem: undefined },
    { when: "there is text around it", text: `hello\n${pem(WHOLE)}bye`, problem: undefined },
    { when: "there is no PEM", text: "\0\0\0", problem: PEM_TYPE },
    { when: "its end is missing", text: pem(WHOLE).slice(0, -10), problem: PEM_TYPE },
    { when: "it is something else", text: pem(WHOLE, "CERTIFICATE"), problem: PEM_TYPE },
    { when: "it is empty", text: pem([]), problem: "asn1: syntax error: sequence truncated" },
    { when: "it ends in its length", text: pem([0x30, 0x82]), problem: "asn1: syntax error: truncated tag or length" },
    { when: "it is cut off", text: pem(WHOLE.slice(0, 6)), problem: "asn1: syntax error: data truncated" },
    { when: "something follows", text: pem([...WHOLE, 0]), problem: "asn1: syntax error: trailing data" },
    {
      when: "it is no sequence",
      text: pem([...Buffer.from("abc")]),
      problem:
        /^asn1: structure error: tags don't match \(16 vs {class:1 tag:1 length:98 isCompound:true}\) .* certificateRequest @2$/,
    },
    { when: "it is not signed", text: pem([0x30, 0x04, 0x30, 0x00, 0x30, 0x00]), problem: /sequence truncated/ },
  ];
  for (const { when, text, problem } of cases) {
    it(`answers ${problem === undefined ? "nothing" : "why"} when ${when}`, () => {
      const found = requestProblem(text);
      if (problem instanceof RegExp) assert.match(found ?? "", problem);
      else assert.equal(found, problem);
    });
  }
});
