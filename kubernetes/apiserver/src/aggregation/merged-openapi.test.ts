import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mergeOpenApiV2 } from "./merged-openapi.ts";

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

describe("mergeOpenApiV2()", () => {
  it("takes the paths of the group version alone, and what they refer to", () => {
    const local = { paths: { "/api/v1": {} }, definitions: { Pod: { type: "object" } } };
    const remote = {
      paths: { "/apis/tea.test/v1/x": { get: ref("X") }, "/version": {}, "/apis/tea.test/v10/y": {} },
      definitions: { X: { type: "object" } },
    };
    const merged = mergeOpenApiV2(local, remote, "/apis/tea.test/v1");
    assert.deepEqual(Object.keys(merged.paths ?? {}), ["/api/v1", "/apis/tea.test/v1/x"]);
    assert.deepEqual(Object.keys(merged.definitions ?? {}), ["X", "Pod"]);
  });

  it("gives a definition another name where its own means something else already", () => {
    const local = { paths: {}, definitions: { Meta: { type: "object" }, Same: { type: "string" } } };
    const remote = {
      paths: { "/apis/g/v1/x": { get: ref("Meta"), put: ref("Same") } },
      definitions: { Meta: { type: "object", properties: { inner: ref("Meta") } }, Same: { type: "string" } },
    };
    const { paths, definitions } = mergeOpenApiV2(local, remote, "/apis/g/v1");
    assert.deepEqual(paths?.["/apis/g/v1/x"], { get: ref("Meta_v2"), put: ref("Same") });
    assert.deepEqual(definitions?.Meta, { type: "object" });
    assert.deepEqual(definitions?.Meta_v2, { type: "object", properties: { inner: ref("Meta_v2") } });
  });
});
