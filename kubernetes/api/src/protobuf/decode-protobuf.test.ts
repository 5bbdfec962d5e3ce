import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeObject } from "../decode/decode-object.ts";
import { decodeProtobuf, openProtobuf } from "./decode-protobuf.ts";

const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url));

const table = [
  { file: "core.v1.Secret", typeName: "core/v1.Secret" },
  { file: "core.v1.Endpoints", typeName: "core/v1.Endpoints" },
  { file: "apps.v1.DaemonSet", typeName: "apps/v1.DaemonSet" },
  { file: "batch.v1.Job", typeName: "batch/v1.Job" },
];

describe("decodeProtobuf()", () => {
  for (const { file, typeName } of table) {
    it(`gives what the JSON of the same ${typeName} says, with every field set`, () => {
      const { message } = openProtobuf(read(`${file}.pb`));
      const { kind: _kind, apiVersion: _apiVersion, ...json } = JSON.parse(read(`${file}.json`).toString());
      const { object } = decodeObject(decodeProtobuf(message, typeName), typeName, "Strict");
      assert.deepEqual(object, decodeObject(json, typeName, "Strict").object);
    });
  }

  it("throws SyntaxError for bytes cut anywhere or of something else", () => {
    const whole = read("core.v1.Secret.pb");
    const { message } = openProtobuf(whole);
    for (let length = 0; length < message.length; length++) {
      try {
        decodeProtobuf(message.subarray(0, length), "core/v1.Secret");
      } catch (error) {
        assert.ok(error instanceof SyntaxError, `length ${length}`);
      }
    }
    assert.throws(() => openProtobuf(Buffer.from("{}")), SyntaxError);
  });
});
