import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plan } from "./plan.ts";

const limits = { maxSize: 100, maxFiles: 3 };
const now = Date.UTC(2026, 0, 2, 15, 4, 5);

describe("plan() of a log's rotation", () => {
  it("does nothing at the limit", () => {
    assert.deepEqual(plan("0.log", 100, ["0.log"], now, limits), []);
  });

  it("renames the first time", () => {
    assert.deepEqual(plan("0.log", 101, ["0.log"], now, limits), [
      { do: "rotate", from: "0.log", to: "0.log.20260102-150405" },
    ]);
  });

  it("compresses what was rotated before, and removes what is too much or unfinished", () => {
    const names = [
      "0.log",
      "0.log.20260101-000000.gz",
      "0.log.20260102-000000",
      "0.log.20260101-120000.gz.tmp",
      "1.log.20250101-000000",
    ];
    assert.deepEqual(plan("0.log", 101, names, now, limits), [
      { do: "remove", name: "0.log.20260101-120000.gz.tmp" },
      { do: "remove", name: "0.log.20260101-000000.gz" },
      { do: "compress", name: "0.log.20260102-000000" },
      { do: "rotate", from: "0.log", to: "0.log.20260102-150405" },
    ]);
  });
});
