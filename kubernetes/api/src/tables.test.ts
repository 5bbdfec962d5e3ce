import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resources } from "./resources.ts";
import { skeletonOf } from "./schema/skeleton.ts";
import { tableFor } from "./tables.ts";
import { aPod } from "./testing/index.ts";

const now = Date.parse("2024-01-01T01:00:00Z");

describe("tableFor()", () => {
  for (const info of resources.filter(({ verbs }) => verbs.includes("list"))) {
    it(`shows a ${info.typeName} that has nothing set, one cell per column`, () => {
      const { columnDefinitions, rows } = tableFor(info, [skeletonOf(info.typeName)], { now });
      assert.equal(rows[0]?.cells.length, columnDefinitions.length);
      assert.ok(rows[0]?.cells.every((cell, at) => cell !== undefined || columnDefinitions[at]?.format === "name"));
    });
  }

  it("carries what the client wants of the object", () => {
    const pods = resources.find(({ plural }) => plural === "pods");
    assert.ok(pods);
    const pod = aPod();
    const rowObject = (includeObject?: "None" | "Metadata" | "Object") =>
      tableFor(pods, [pod], { now, includeObject }).rows[0]?.object;
    assert.equal(rowObject("None"), undefined);
    assert.equal(rowObject("Object"), pod);
    assert.deepEqual(rowObject(), {
      kind: "PartialObjectMetadata",
      apiVersion: "meta.k8s.io/v1",
      metadata: pod.metadata,
    });
  });
});
