import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openCgroups } from "./open-cgroups.ts";
import { type OwnCgroup, promptMoves } from "./prompt-moves.ts";

describe("moves that are expected", () => {
  it("are made ahead: this process to the cgroup it is in, until nobody expects any", async (t) => {
    const directory = mkdtempSync(join(tmpdir(), "skiff-moves-"));
    t.after(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "cgroup.procs");
    writeFileSync(file, "");
    const watcher = watch(file);
    t.after(() => watcher.close());
    let seen: readonly OwnCgroup[] = [];
    const expectMoves = promptMoves((own) => {
      seen = own;
      return directory;
    });
    const [first, second] = [expectMoves(), expectMoves()];
    await once(watcher, "change");
    await once(watcher, "change");
    first[Symbol.dispose]();
    await once(watcher, "change");
    second[Symbol.dispose]();
    assert.match(readFileSync(file, "utf8"), new RegExp(`^(${process.pid})+$`));
    assert.ok(seen.length > 0 && seen.every(({ path }) => path.startsWith("/")));
  });

  it("leave this process where it is, and do nothing where there is no such cgroup", () => {
    const before = readFileSync("/proc/self/cgroup", "utf8");
    using _moves = openCgroups().expectMoves();
    using _none = promptMoves(() => "/no/such/cgroup")();
    assert.equal(readFileSync("/proc/self/cgroup", "utf8"), before);
  });
});
