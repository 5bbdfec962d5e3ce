import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WireReader } from "../protobuf/wire-reader.ts";
import { openApiV2, openApiV2Protobuf } from "./documents.ts";
import { encodeOpenApiV2 } from "./protobuf.ts";

/** The contents of one field of a message, in order. */
function contents(message: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new WireReader(message);
  while (reader.next()) {
    if (reader.field === number && reader.isBytes) found.push(reader.bytes());
    else reader.skip();
  }
  return found;
}
const texts = (message: Uint8Array, number: number) =>
  contents(message, number).map((bytes) => Buffer.from(bytes).toString());

describe("encodeOpenApiV2()", () => {
  it("writes a schema's fields under their numbers", () => {
    const definition = { type: "object", required: ["a", "b"], "x-kubernetes-map-type": "atomic" };
    const [definitions] = contents(encodeOpenApiV2({ definitions: { "org.Thing": definition } }), 9);
    const [entry] = contents(definitions ?? Buffer.of(), 1);
    assert.deepEqual(texts(entry ?? Buffer.of(), 1), ["org.Thing"]);
    const [schema] = contents(entry ?? Buffer.of(), 2);
    assert.deepEqual(texts(schema ?? Buffer.of(), 19), ["a", "b"]);
    assert.deepEqual(texts(contents(schema ?? Buffer.of(), 22)[0] ?? Buffer.of(), 1), ["object"]);
    assert.deepEqual(texts(contents(schema ?? Buffer.of(), 31)[0] ?? Buffer.of(), 1), ["x-kubernetes-map-type"]);
  });

  it("refuses a property it has no number for", () => {
    assert.throws(() => encodeOpenApiV2({ swagger: "2.0", surprise: 1 }), /has no field for surprise/);
  });
});

describe("openApiV2Protobuf()", () => {
  it("holds every path and definition of the JSON form", () => {
    const json = JSON.parse(openApiV2().toString()) as { paths: object; definitions: object };
    const [paths] = contents(openApiV2Protobuf(), 8);
    const [definitions] = contents(openApiV2Protobuf(), 9);
    const named = (message: Uint8Array | undefined, number: number) =>
      contents(message ?? Buffer.of(), number).flatMap((entry) => texts(entry, 1));
    assert.deepEqual(named(paths, 2), Object.keys(json.paths));
    assert.deepEqual(named(definitions, 1), Object.keys(json.definitions));
  });
});
