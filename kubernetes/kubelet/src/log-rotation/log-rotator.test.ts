import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import type { Logger } from "@skiff/api";
import { LogRotator } from "./log-rotator.ts";

const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {}, with: () => silentLog };

function rotatorOn(t: TestContext, reopen: (path: string) => void) {
  const directory = mkdtempSync(join(tmpdir(), "skiff-logs-"));
  const path = join(directory, "0.log");
  let now = Date.UTC(2026, 0, 1);
  const rotator = new LogRotator({
    runtime: {
      reopenContainerLog: async () => {
        reopen(path);
        return {};
      },
    },
    running: () => [{ id: "c", logPath: path }],
    log: silentLog,
    now: () => {
      now += 1000;
      return now;
    },
    limits: { maxSize: 10, maxFiles: 3 },
  });
  t.after(async () => {
    await rotator[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });
  return { directory, path, rotator };
}

describe("LogRotator.rotateAll()", () => {
  it("keeps at most the files it may, the newest plain and the older compressed", async (t) => {
    const { directory, path, rotator } = rotatorOn(t, (log) => writeFileSync(log, ""));
    for (const text of ["first", "second", "third"]) {
      writeFileSync(path, `${text} is longer than ten bytes`);
      await rotator.rotateAll();
    }
    const names = readdirSync(directory).toSorted();
    assert.deepEqual(names, ["0.log", "0.log.20260101-000002.gz", "0.log.20260101-000003"]);
    assert.match(gunzipSync(readFileSync(join(directory, names[1] ?? ""))).toString(), /^second/);
    assert.match(readFileSync(join(directory, names[2] ?? ""), "utf8"), /^third/);
  });

  it("gives the log its name back when the runtime cannot reopen it", async (t) => {
    const { directory, path, rotator } = rotatorOn(t, () => {
      throw new Error("conmon is gone");
    });
    writeFileSync(path, "more than ten bytes");
    await rotator.rotateAll();
    assert.deepEqual(readdirSync(directory), ["0.log"]);
    assert.equal(readFileSync(path, "utf8"), "more than ten bytes");
  });
});
