import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { spawnProgram } from "@skiff/linux";
import { endWhenStuck } from "./stuck-runtime.ts";

/** Has a child that ends at once and is not collected, for it becomes another program. */
const spawnNegligent = () =>
  spawnProgram("sh", ["-c", "true & exec sleep 60"], { stdio: ["ignore", "ignore", "ignore"] });
const SIGTERM = 15;
const SIGKILL = 9;

describe("endWhenStuck()", () => {
  it("ends a runtime that does not collect its child", async () => {
    const runtime = spawnNegligent();
    endWhenStuck(runtime, () => false);
    assert.equal((await runtime.ended).signal, SIGKILL);
  });

  it("leaves one alone that has started its program", async (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const runtime = spawnNegligent();
    endWhenStuck(runtime, () => true);
    t.mock.timers.tick(10_000);
    process.kill(runtime.pid, "SIGTERM");
    assert.equal((await runtime.ended).signal, SIGTERM);
  });
});
