import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { identify } from "./process.ts";
import { watchProcess } from "./watch-process.ts";

describe("watchProcess()", () => {
  it("tells the end of a process once, at once when it is over, and never after it was disposed of", async (t) => {
    const child = spawn("sleep", ["1000"]);
    t.after(() => child.kill("SIGKILL"));
    await once(child, "spawn");
    const identity = identify(child.pid ?? 0);
    assert.ok(identity);
    const calls: string[] = [];
    const disposed = watchProcess(identity, () => calls.push("disposed"));
    const ended = new Promise<void>((resolve) => {
      watchProcess(identity, () => {
        calls.push("ended");
        resolve();
      });
    });
    await delay(50);
    assert.deepEqual(calls, []);
    disposed[Symbol.dispose]();
    child.kill("SIGKILL");
    await ended;
    await new Promise<void>((resolve) => watchProcess(identity, resolve));
    assert.deepEqual(calls, ["ended"]);
  });
});
