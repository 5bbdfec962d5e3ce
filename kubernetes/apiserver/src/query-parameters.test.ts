import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { integerParameter, isTrue, revisionParameter } from "./query-parameters.ts";

const query = (text: string) => new URLSearchParams(text);

describe("isTrue()", () => {
  const cases = [
    { value: null, want: false },
    { value: "false", want: false },
    { value: "False", want: false },
    { value: "0", want: false },
    { value: "", want: true },
    { value: "1", want: true },
    { value: "banana", want: true },
  ];
  for (const { value, want } of cases) it(`reads ${value} as ${want}`, () => assert.equal(isTrue(value), want));
});

describe("integerParameter()", () => {
  it("reads whole numbers", () => assert.equal(integerParameter(query("limit=-12"), "limit"), -12));
  it("is undefined where nothing is given", () => assert.equal(integerParameter(query("limit="), "limit"), undefined));
  const refused = [
    { text: "abc", says: 'strconv.ParseInt: parsing "abc": invalid syntax' },
    { text: "1.5", says: 'strconv.ParseInt: parsing "1.5": invalid syntax' },
    { text: "9223372036854775808", says: 'strconv.ParseInt: parsing "9223372036854775808": value out of range' },
  ];
  for (const { text, says } of refused) {
    it(`refuses ${text}`, () => {
      assert.throws(() => integerParameter(query(`limit=${text}`), "limit"), { code: 400, message: says });
    });
  }
});

describe("revisionParameter()", () => {
  it("reads a revision", () => assert.equal(revisionParameter(query("resourceVersion=7")), 7));
  for (const text of ["x", "-1", "99999999999999999999"]) {
    it(`refuses ${text}`, () => {
      assert.throws(() => revisionParameter(query(`resourceVersion=${text}`)), { code: 400 });
    });
  }
});
