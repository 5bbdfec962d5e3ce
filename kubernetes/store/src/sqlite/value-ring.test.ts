import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ValueRing } from "./value-ring.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("a ring of values", () => {
  it("keeps values whole until they are released, and takes no more than it holds", () => {
    const ring = new ValueRing(8);
    assert.equal(ring.put(bytes(1, 2, 3)), 0);
    const first = ring.mark;
    assert.equal(ring.put(bytes(4, 5, 6)), 3);
    assert.equal(ring.put(bytes(7, 8, 9)), undefined);
    assert.deepEqual([...ring.bytes.subarray(0, 6)], [1, 2, 3, 4, 5, 6]);
    ring.release(first);
    assert.equal(ring.put(bytes(7, 8, 9)), 0);
    assert.deepEqual([...ring.bytes.subarray(0, 6)], [7, 8, 9, 4, 5, 6]);
  });

  it("is full when it is filled to the last byte, and empty when all is released", () => {
    const ring = new ValueRing(4);
    assert.equal(ring.put(bytes(1, 2, 3, 4)), 0);
    const full = ring.mark;
    assert.equal(ring.put(bytes(5)), undefined);
    ring.release(0);
    assert.equal(ring.put(bytes(5)), undefined);
    ring.release(full);
    assert.equal(ring.put(bytes(5, 6, 7, 8)), 0);
  });

  it("has no room for a value larger than itself", () => {
    assert.equal(new ValueRing(4).put(bytes(1, 2, 3, 4, 5)), undefined);
  });
});
