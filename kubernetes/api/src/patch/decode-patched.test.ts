import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodePatched } from "./decode-patched.ts";

describe("decodePatched()", () => {
  it("reads an object", () => {
    const { object } = decodePatched({ data: { a: "b" } }, "core/v1.ConfigMap", "Warn");
    assert.deepEqual((object as { data: object }).data, { a: "b" });
  });
  for (const value of [null, [], "text", 5]) {
    it(`calls a patch invalid that leaves ${JSON.stringify(value)}`, () => {
      assert.throws(() => decodePatched(value, "core/v1.ConfigMap", "Warn"), {
        code: 422,
        message: /patch: Invalid value/,
      });
    });
  }
});
