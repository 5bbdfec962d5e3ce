import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decode, encode } from "./protobuf.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("encode()", () => {
  it("writes bytes, numbers and nested messages with their tags", () =>
    assert.equal(
      hex(encode("TxnRequest", { compare: [{ key: Buffer.from("a"), target: 3, modRevision: 300 }] })),
      "0a0810031a016130ac02",
    ));

  it("writes a zero that was given: it chooses among alternatives", () =>
    assert.equal(hex(encode("Compare", { modRevision: 0 })), "3000"));

  it("writes an empty message that was given", () =>
    assert.equal(hex(encode("WatchRequest", { progressRequest: {} })), "1a00"));

  it("refuses what is no natural number", () => assert.throws(() => encode("RangeRequest", { limit: -1 }), RangeError));
});

describe("decode()", () => {
  it("fills in what is missing", () => {
    const { kvs, more, count, header } = decode("RangeResponse", new Uint8Array());
    assert.deepEqual({ kvs, more, count, header }, { kvs: [], more: false, count: 0, header: undefined });
  });

  it("reads numbers of more than 32 bits, and negative ones", () => {
    const big = encode("KeyValue", {
      key: new Uint8Array(),
      createRevision: 2 ** 52 + 1,
      modRevision: 2 ** 31,
      version: 128,
      value: Buffer.from("v"),
      lease: 0,
    });
    const kv = decode("KeyValue", big);
    assert.deepEqual([kv.createRevision, kv.modRevision, kv.version], [2 ** 52 + 1, 2 ** 31, 128]);
    assert.equal(decode("WatchResponse", Buffer.from("10ffffffffffffffffff01", "hex")).watchId, -1);
  });

  it("skips fields it does not know", () =>
    assert.equal(decode("AuthenticateResponse", Buffer.from("9a0602aabb1201 74".replace(" ", ""), "hex")).token, "t"));

  for (const [when, bytes] of Object.entries({
    "a field reaches beyond the end": "1205aa",
    "a number does not end": "10ffff",
    "a number has more than ten bytes": "10ffffffffffffffffffffff01",
    "the wire type does not exist": "9f06",
  })) {
    it(`throws when ${when}`, () =>
      assert.throws(() => decode("WatchResponse", Buffer.from(bytes, "hex")), RangeError));
  }
});
