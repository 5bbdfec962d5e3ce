import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

/** A process that runs `start` under untilStopped, and says "starting" when it begins. */
async function aProcess(start: string) {
  const script = `
    import { untilStopped } from ${JSON.stringify(new URL("./until-stopped.ts", import.meta.url).href)};
    const log = { info: (message) => console.log(message), error: (message) => console.log(message) };
    const held = setInterval(() => {}, 1000);
    await untilStopped(log, async () => { console.log("starting"); ${start} });
    clearInterval(held);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  return { code, said: said.trim().split("\n") };
}

describe("untilStopped()", () => {
  it("disposes of what was started", async () => {
    const { code, said } = await aProcess(`return { async [Symbol.asyncDispose]() { console.log("disposed"); } };`);
    assert.deepEqual([code, said], [0, ["starting", "stopping", "disposed"]]);
  });
  it("does not wait for a start that may never end", async () => {
    const { code, said } = await aProcess("await new Promise(() => {});");
    assert.deepEqual([code, said], [0, ["starting", "stopping before everything has started"]]);
  });
});
