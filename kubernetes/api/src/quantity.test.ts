import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseQuantity, Quantity } from "./quantity.ts";

const canonical: [text: string, canonical: string, value: number][] = [
  ["0", "0", 0],
  ["0.5", "500m", 1],
  ["1000m", "1", 1],
  ["1.000001", "1000001u", 2],
  ["0.1n", "1n", 1],
  ["-1.5", "-1500m", -2],
  ["1000", "1k", 1000],
  ["1023", "1023", 1023],
  ["100k", "100k", 100_000],
  ["5E", "5E", 5e18],
  ["1024Mi", "1Gi", 1024 ** 3],
  ["1.5Gi", "1536Mi", 1.5 * 1024 ** 3],
  ["1.5Ki", "1536", 1536],
  ["0.5Ki", "512", 512],
  ["1e3", "1e3", 1000],
  ["12E6", "12e6", 12e6],
  ["1e-3", "1e-3", 1],
  ["+5.", "5", 5],
  ["10000000000000000000Ki", "9223372036854775807", 2 ** 63],
];

describe("parseQuantity()", () => {
  for (const [text, want, value] of canonical) {
    it(`reads ${text} as ${want}`, () => {
      assert.equal(parseQuantity(text).toString(), want);
      assert.equal(parseQuantity(text).value(), value);
      assert.equal(parseQuantity(want).toString(), want, "the canonical form is its own canonical form");
    });
  }

  for (const text of ["", "abc", "1.5.5", " 1", "m", "--1", "1e", "1K", "1ki", "1e9999", "9".repeat(1000)]) {
    it(`refuses ${JSON.stringify(text.slice(0, 10))}`, () => {
      assert.throws(() => parseQuantity(text), /^Error: (quantities must match|unable to parse quantity's suffix)/);
    });
  }
});

describe("Quantity", () => {
  it("adds and subtracts exactly, in the spelling of the first", () => {
    assert.equal(parseQuantity("100m").add(parseQuantity("1.9")).toString(), "2");
    assert.equal(parseQuantity("1Gi").sub(parseQuantity("1Mi")).toString(), "1023Mi");
    assert.equal(parseQuantity("0").add(parseQuantity("1Ki")).toString(), "1Ki");
  });

  it("compares across spellings", () => {
    assert.equal(parseQuantity("1Ki").cmp(parseQuantity("1024")), 0);
    assert.equal(parseQuantity("1k").cmp(parseQuantity("1Ki")), -1);
  });

  it("is made from counts", () => {
    assert.equal(Quantity.ofMillis(1500).toString(), "1500m");
    assert.equal(Quantity.ofBytes(2 ** 30).toString(), "1Gi");
  });
});
