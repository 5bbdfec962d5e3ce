import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { claimPid, runningPid, stopProcess } from "./process.ts";

function directory(t: { after(body: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "skiff-pid-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

describe("claimPid()", () => {
  it("records this process where nobody is recorded, and where who is has ended", async (t) => {
    const path = join(directory(t), "run", "server.pid");
    assert.equal(claimPid(path), undefined);
    assert.equal(runningPid(path), process.pid);
    const { startTime } = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: `${startTime}0` }));
    assert.equal(runningPid(path), undefined);
    assert.equal(claimPid(path), undefined);
    assert.equal(runningPid(path), process.pid);
    assert.deepEqual(readdirSync(join(path, "..")), ["server.pid"]);
  });

  it("gives way to one that runs; of several that start at once one wins", async (t) => {
    const path = join(directory(t), "server.pid");
    const script = `import { claimPid } from ${JSON.stringify(new URL("./process.ts", import.meta.url).href)};
      process.stdout.write(claimPid(${JSON.stringify(path)}) === undefined ? "won" : "lost");
      setInterval(() => undefined, 1000);`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ["--input-type=module-typescript", "-e", script], {
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
    t.after(() => {
      for (const child of children) child.kill("SIGKILL");
    });
    const said = await Promise.all(children.map(async ({ stdout }) => String((await once(stdout, "data"))[0])));
    assert.deepEqual(said.sort(), ["lost", "lost", "lost", "won"]);
    const winner = runningPid(path);
    assert.ok(children.some(({ pid }) => pid === winner));
    assert.equal(claimPid(path), winner);
    assert.equal(await stopProcess(path, 5000), true);
    assert.equal(runningPid(path), undefined);
  });
});
