import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { binarySize, ellipsis, humanSize, shortId } from "./units.ts";

describe("humanSize()", () => {
  for (const { bytes, precision, want } of [
    { bytes: 0, precision: 4, want: "0B" },
    { bytes: 999, precision: 4, want: "999B" },
    { bytes: 2_133_456, precision: 4, want: "2.133MB" },
    { bytes: 2_133_456, precision: 3, want: "2.13MB" },
    { bytes: 1e12, precision: 4, want: "1TB" },
  ])
    it(`writes ${bytes} as ${want}`, () => assert.equal(humanSize(bytes, precision), want));
});

describe("binarySize()", () => {
  it("counts in powers of 1024", () =>
    assert.deepEqual([1024, 241_664, 3 * 2 ** 30].map(binarySize), ["1KiB", "236KiB", "3GiB"]));
});

describe("ellipsis() and shortId()", () => {
  it("cut what is too long, by characters", () => {
    assert.deepEqual([ellipsis("äöü", 3), ellipsis("äöüß", 3)], ["äöü", "äö…"]);
    assert.equal(shortId(`sha256:${"0123456789abcdef".repeat(4)}`), "0123456789ab");
  });
});
