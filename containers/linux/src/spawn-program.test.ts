import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { spawnProgram } from "./spawn-program.ts";

const sh = (script: string) => ["-c", script];

describe("spawnProgram()", () => {
  it("joins the program's streams, and tells its exit code", async () => {
    const env = ["PATH=/usr/bin:/bin", "NAME=value"];
    const { pipes, ended } = spawnProgram("sh", sh('cat; pwd; echo "$NAME" >&2; exit 7'), {
      ...{ stdio: ["pipe", "pipe", "pipe"], cwd: "/usr", env },
    });
    pipes[0]?.end("input\n");
    const [out, err] = await Promise.all(pipes.slice(1).map((pipe) => pipe && text(pipe)));
    assert.deepEqual([out, err, await ended], ["input\n/usr\n", "value\n", { code: 7 }]);
  });

  it("tells the signal that ended it", async () => {
    const { ended } = spawnProgram("sh", sh("kill -TERM $$"), { stdio: [] });
    assert.deepEqual(await ended, { signal: 15 });
  });

  it("gives it no signal that this process ignores, and a session of its own where asked to", async () => {
    const { pid, pipes } = spawnProgram("sh", sh("grep SigIgn /proc/self/status; cut -d' ' -f6 /proc/$$/stat"), {
      ...{ stdio: ["ignore", "pipe", "ignore"], newSession: true },
    });
    assert.equal(await text(pipes[1] ?? Readable.from([])), `SigIgn:\t0000000000000000\n${pid}\n`);
  });

  it("passes a descriptor on", async () => {
    const directory = mkdtempSync(join(tmpdir(), "skiff-spawn-"));
    const fd = openSync(join(directory, "out"), "w");
    const { ended } = spawnProgram("echo", ["passed"], { stdio: ["ignore", fd, "ignore"] });
    closeSync(fd);
    await ended;
    assert.equal(readFileSync(join(directory, "out"), "utf8"), "passed\n");
    rmSync(directory, { recursive: true });
  });

  const failures = [
    { when: "there is no such program", command: "skiff-no-such-program", options: {}, code: "ENOENT" },
    { when: "its directory is not there", command: "true", options: { cwd: "/nowhere" }, code: "ENOENT" },
    { when: "it is no program", command: "/etc/passwd", options: {}, code: "EACCES" },
  ];
  for (const { when, command, options, code } of failures) {
    it(`throws when ${when}`, () => {
      assert.throws(() => spawnProgram(command, [], { stdio: ["pipe", "pipe"], ...options }), { code });
    });
  }

  it("leaves no process and no descriptor behind", async () => {
    const open = () => readFileSync("/proc/self/status", "utf8").match(/FDSize:\s+(\d+)/)?.[1];
    const before = open();
    for (let i = 0; i < 200; i++) await spawnProgram("true", [], { stdio: ["ignore"] }).ended;
    assert.equal(open(), before);
    assert.equal(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim(), "");
  });
});
