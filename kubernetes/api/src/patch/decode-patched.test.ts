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
  it("shows a strategic merge patch as it was sent, the way Go prints it", () => {
    const patch = { datas: { b: [1, true], a: null } };
    assert.throws(() => decodePatched(patch, "core/v1.ConfigMap", "Strict", patch), {
      message:
        ' "" is invalid: patch: Invalid value: "map[datas:map[a:<nil> b:[1 true]]]": strict decoding error: unknown field "datas"',
    });
  });
});
