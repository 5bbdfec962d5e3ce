import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { decodeObject } from "../decode/decode-object.ts";
import { typeTable } from "../generated/type-table.ts";
import { findType, openTypes } from "../schema/type-info.ts";
import { openProtobuf, sealProtobuf } from "./envelope.ts";
import { createProtobufCodec, decodeProtobuf, encodeProtobuf, protobufType } from "./protobuf-codec.ts";

interface Sample {
  readonly type: string;
  readonly json: { readonly kind: string; readonly apiVersion: string };
  readonly protobuf: string;
}

const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url));
const samples: Sample[] = gunzipSync(read("round-trip.jsonl.gz"))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
// The samples are of older versions too, which are not served; their types are described here in the same way.
const every = createProtobufCodec(openTypes({ ...JSON.parse(read("unserved-types.json").toString()), ...typeTable }));

describe("the protobuf codec", () => {
  for (const { type, json, protobuf } of samples) {
    const { kind, apiVersion, ...content } = json;
    const bytes = Buffer.from(protobuf, "base64");

    it(`writes the sample of ${type} byte for byte`, () => {
      assert.deepEqual(sealProtobuf(apiVersion, kind, every.encode(content, type)).toString("base64"), protobuf);
    });

    it(`reads the sample of ${type} as its JSON`, () => {
      const opened = openProtobuf(bytes);
      assert.deepEqual([opened.apiVersion, opened.kind], [apiVersion, kind]);
      assert.deepEqual(every.decode(opened.message, type), content);
    });
  }

  it("gives what a request's body may be decoded from", () => {
    for (const { type, json, protobuf } of samples) {
      if (!findType(type)) continue;
      const { kind: _kind, apiVersion: _apiVersion, ...content } = json;
      const { message } = openProtobuf(Buffer.from(protobuf, "base64"));
      const { object } = decodeObject(decodeProtobuf(message, type), type, "Strict");
      assert.deepEqual(object, decodeObject(content, type, "Strict").object);
    }
  });

  it("throws SyntaxError for bytes cut anywhere or of something else", () => {
    const secret = samples.find(({ type }) => type === "core/v1.Secret");
    const { message } = openProtobuf(Buffer.from(secret?.protobuf ?? "", "base64"));
    for (let length = 0; length < message.length; length++) {
      try {
        decodeProtobuf(message.subarray(0, length), "core/v1.Secret");
      } catch (error) {
        assert.ok(error instanceof SyntaxError, `length ${length}`);
      }
    }
    assert.throws(() => openProtobuf(Buffer.from("{}")), SyntaxError);
  });

  it("refuses messages nested without end", () => {
    let schema = Buffer.alloc(0);
    // JSONSchemaProps.not is a JSONSchemaProps.
    for (let i = 0; i < 200; i++) {
      schema = Buffer.concat([tag(25), varint(schema.length), schema]);
    }
    assert.throws(() => decodeProtobuf(schema, "apiextensions/v1.JSONSchemaProps"), /nested too deep/);
  });

  const unions = [
    { when: "a schema", items: { type: "string" }, additionalProperties: { type: "string" } },
    { when: "a list and a bool", items: [{ type: "string" }], additionalProperties: false },
  ];
  for (const { when, ...schema } of unions) {
    it(`keeps what may be one thing or another where it is ${when}`, () => {
      const type = "apiextensions/v1.JSONSchemaProps";
      const { object } = decodeObject(decodeProtobuf(encodeProtobuf(schema, type), type), type, "Strict");
      assert.deepEqual(object, decodeObject(schema, type, "Strict").object);
    });
  }
});

function varint(value: number): Buffer {
  return value < 0x80 ? Buffer.of(value) : Buffer.of((value & 0x7f) | 0x80, ...varint(value >> 7));
}

function tag(field: number): Buffer {
  return varint(field * 8 + 2);
}

describe("protobufType()", () => {
  const table = [
    { when: "a core kind", apiVersion: "v1", kind: "Pod", want: "core/v1.Pod" },
    { when: "a kind of a group", apiVersion: "apps/v1", kind: "DeploymentList", want: "apps/v1.DeploymentList" },
    {
      when: "a kind of a long group",
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      want: "networking/v1.Ingress",
    },
    { when: "a status", apiVersion: "v1", kind: "Status", want: "meta/v1.Status" },
    { when: "options under a group", apiVersion: "policy/v1", kind: "DeleteOptions", want: "meta/v1.DeleteOptions" },
    { when: "a table", apiVersion: "meta.k8s.io/v1", kind: "Table", want: undefined },
    { when: "a custom resource", apiVersion: "example.com/v1", kind: "Widget", want: undefined },
  ];
  for (const { when, apiVersion, kind, want } of table) {
    it(`answers ${want} for ${when}`, () => assert.equal(protobufType(apiVersion, kind), want));
  }
});
