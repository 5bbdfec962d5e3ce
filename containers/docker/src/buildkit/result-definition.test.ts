import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { definitionOf, imageOf } from "./result-definition.ts";
import { codec } from "./wire.ts";

const image = `sha256:${"a".repeat(64)}`;

describe("imageOf()", () => {
  it("reads what definitionOf() makes, and nothing of others", () => {
    assert.equal(imageOf(definitionOf(image)), image);
    const foreign = codec.encode("Op", { source: { identifier: "docker-image://docker.io/library/busybox" } });
    assert.equal(imageOf({ def: [foreign] }), undefined);
    assert.equal(imageOf({ def: [] }), undefined);
    assert.throws(() => imageOf({ def: [Buffer.from([0xff])] }), RangeError);
  });
});
