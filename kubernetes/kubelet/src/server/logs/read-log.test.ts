import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type LogQuery, readLog } from "./read-log.ts";

const line = (text: string) => `2026-01-02T03:04:05.000000006Z stdout F ${text}\n`;
const query: LogQuery = { follow: false, timestamps: false, tailLines: 1, stream: "All" };

describe("readLog()", () => {
  it("gives the last line of one moment, whatever is written while it is read", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "skiff-log-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "0.log");
    writeFileSync(path, line("one") + line("two"));
    const seen: string[] = [];
    const over = { ended: async () => false, signal: new AbortController().signal };
    for await (const bytes of readLog(path, query, over)) {
      seen.push(String(bytes));
      appendFileSync(path, line("three"));
    }
    assert.deepEqual(seen, ["two\n"]);
  });
});
