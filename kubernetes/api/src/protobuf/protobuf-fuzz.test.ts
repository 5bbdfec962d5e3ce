/** Bytes from anywhere are read as something or refused, and what was read is written as what reads the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { decodeObject } from "../decode/decode-object.ts";
import { findType } from "../schema/type-info.ts";
import { openProtobuf, sealProtobuf } from "./envelope.ts";
import { decodeProtobuf, encodeProtobuf } from "./protobuf-codec.ts";

const TYPES = ["core/v1.Pod", "core/v1.Secret", "apiextensions/v1.CustomResourceDefinition", "meta/v1.Status"];
const samples = gunzipSync(readFileSync(new URL("testdata/round-trip.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line): { type: string; protobuf: string } => JSON.parse(line))
  .filter(({ type }) => findType(type))
  .map(({ type, protobuf }) => ({ type, message: Buffer.from(openProtobuf(Buffer.from(protobuf, "base64")).message) }));

/** The value, or undefined where the bytes were refused as they should be. */
function read(message: Uint8Array, type: string): Record<string, unknown> | undefined {
  try {
    return decodeProtobuf(message, type);
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return undefined;
  }
}

describe("decodeProtobuf()", () => {
  it("gives a value or throws SyntaxError for any bytes", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(fc.property(bytes, fc.constantFrom(...TYPES), (message, type) => void read(message, type)));
    fc.assert(fc.property(bytes, (body) => void readEnvelope(body)));
  });

  it("gives what is written in one way only, of messages damaged anywhere", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...samples), damage, ({ type, message }, changes) => {
        const damaged = Buffer.from(message);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        const value = read(damaged, type);
        if (!value) return;
        // Fields that were left out are written as zero: from then on, nothing changes.
        const written = encodeProtobuf(value, type);
        assert.deepEqual(encodeProtobuf(read(written, type) ?? {}, type), written);
      }),
      { numRuns: 500 },
    );
  });
});

describe("encodeProtobuf()", () => {
  it("writes what requests may hold so that it reads as the same", () => {
    const text = fc.string({ unit: "binary", maxLength: 80 });
    const metadata = fc.record({ name: text, labels: fc.dictionary(text, text), generation: fc.maxSafeNat() });
    const object = fc.record({ metadata, data: fc.dictionary(text, text), immutable: fc.boolean() });
    fc.assert(
      fc.property(object, (value) => {
        const type = "core/v1.ConfigMap";
        const body = sealProtobuf("v1", "ConfigMap", encodeProtobuf(value, type));
        const again = decodeObject(decodeProtobuf(openProtobuf(body).message, type), type, "Strict").object;
        assert.deepEqual(again, decodeObject(value, type, "Strict").object);
      }),
    );
  });
});

function readEnvelope(body: Uint8Array): void {
  try {
    openProtobuf(Buffer.concat([Buffer.from("k8s\0"), body]));
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
  }
}
