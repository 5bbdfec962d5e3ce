import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readLogs } from "./read-logs.ts";

const LINES = ["stdout F one", "stderr F two", "stdout P thr", "stderr F four", "stdout F ee", "stderr P five"];

describe("readLogs()", () => {
  const table = [
    { when: "all is wanted", tail: undefined, texts: ["one", "two", "thr", "four", "ee", "five"] },
    { when: "none is", tail: 0, texts: [] },
    { when: "the last line is not finished", tail: 1, texts: ["five"] },
    { when: "lines of both streams are entangled", tail: 3, texts: ["thr", "four", "ee", "five"] },
    { when: "a part of the last lines ends before one that began before", tail: 2, texts: ["four", "five"] },
    { when: "more is wanted than there is", tail: 100, texts: ["one", "two", "thr", "four", "ee", "five"] },
  ];
  for (const { when, tail, texts } of table) {
    it(`counts lines by their beginnings when ${when}`, async (t) => {
      const directory = mkdtempSync(join(tmpdir(), "skiff-logs-"));
      t.after(() => rmSync(directory, { recursive: true }));
      const path = join(directory, "log");
      writeFileSync(path, LINES.map((line) => `2026-01-01T00:00:00.000000000Z ${line}\n`).join(""));
      const entries = await Array.fromAsync(readLogs(path, { tail }, Promise.resolve(), new AbortController().signal));
      assert.deepEqual(
        entries.map(({ line }) => line.toString()),
        texts,
      );
    });
  }
});
