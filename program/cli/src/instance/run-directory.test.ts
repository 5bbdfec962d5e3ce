import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type Layout, layoutFor } from "../layout.ts";
import { claimPid } from "./process.ts";
import { checkRunDirectory, claimRunDirectory } from "./run-directory.ts";

/** Two instances that were given the same name. */
function twins(t: TestContext): [Layout, Layout] {
  const home = mkdtempSync(join(tmpdir(), "skiff-run-"));
  t.after(() => rmSync(home, { recursive: true }));
  const run = join(home, "run");
  const layouts = ["one", "two"].map((data) => {
    mkdirSync(join(home, data));
    const layout = layoutFor({ name: "twin", data: join(home, data) }, {});
    return { ...layout, run, serverPid: join(run, "server.pid"), agentPid: join(run, "agent.pid") };
  });
  return layouts as [Layout, Layout];
}

describe("claimRunDirectory()", () => {
  it("gives a name to the first data directory, again and again, and refuses the second", (t) => {
    const [one, two] = twins(t);
    claimRunDirectory(one);
    claimRunDirectory(one);
    assert.throws(() => claimRunDirectory(two), /the name "twin" is taken by the instance in .*\/one/);
    assert.throws(() => checkRunDirectory(two), /is taken/);
  });

  it("gives the name on when the data directory was deleted", (t) => {
    const [one, two] = twins(t);
    claimRunDirectory(one);
    rmSync(one.data, { recursive: true });
    claimRunDirectory(two);
    checkRunDirectory(two);
  });

  it("does not while its process runs", (t) => {
    const [one, two] = twins(t);
    claimRunDirectory(one);
    claimPid(one.serverPid);
    rmSync(one.data, { recursive: true });
    assert.throws(() => claimRunDirectory(two), /is taken/);
    writeFileSync(one.serverPid, JSON.stringify({ pid: process.pid, startTime: "0" }));
    claimRunDirectory(two);
  });
});
