import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { createNamespaces, mountTmpfs, openCgroups } from "@skiff/linux";
import { busyboxImage, throwawayEngine } from "./testing/index.ts";

describe("containers", () => {
  it("run a program, keep its output and its exit code, and leave nothing when removed", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({
      root: { image: "busybox" },
      args: ["sh", "-c", "echo out; echo err >&2; exit 3"],
    });
    const ended = engine.containers.wait(id, { condition: "next" });
    await engine.containers.start(id);
    assert.equal((await ended).code, 3);
    const lines = [];
    for await (const entry of engine.containers.logs(id, {}, AbortSignal.timeout(5000)))
      lines.push(`${entry.stream} ${entry.line}`);
    assert.deepEqual(lines.sort(), ["stderr err", "stdout out"]);
    await engine.containers.remove(id);
    assert.deepEqual(await engine.containers.list(), []);
    assert.equal(existsSync(`${options.runDir}/c/${id}`), false);
  });

  it("deliver all output to a client that attached before the start", async (t) => {
    const { engine } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({
      root: { image: "busybox" },
      args: ["cat"],
      stdin: true,
      stdinOnce: true,
      autoRemove: true,
    });
    const session = await engine.containers.attach(id, { stdin: true });
    await engine.containers.start(id);
    session.stdin?.end("hello\n");
    assert.equal(await text(session.stdout), "hello\n");
    assert.equal((await session.exit).code, 0);
  });

  it("run further programs with separate outputs, input, exit code and terminal", async (t) => {
    const { engine } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({ root: { image: "busybox" }, args: ["sleep", "1000"] });
    await engine.containers.start(id);
    const session = await engine.containers.exec(id, { args: ["sh", "-c", "cat; echo err >&2; exit 7"], stdin: true });
    session.stdin?.end("in");
    const [out, err, exit] = await Promise.all([
      text(session.stdout),
      session.stderr ? text(session.stderr) : "",
      session.exit,
    ]);
    assert.deepEqual([out, err, exit.code], ["in", "err\n", 7]);
    const terminal = await engine.containers.exec(id, {
      args: ["sh", "-c", "stty size; tty"],
      tty: true,
      size: { width: 101, height: 33 },
    });
    assert.match(await text(terminal.stdout), /33 101\r\n\/dev\/pts\/\d/);
    assert.equal((await terminal.exit).code, 0);
    const missing = await engine.containers.exec(id, { args: ["nosuch"] });
    assert.equal((await missing.exit).code, 127);
  });

  it("are adopted running by the next engine, which notices their end", async (t) => {
    const { engine, reopen } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({ root: { image: "busybox" }, args: ["sleep", "1000"] });
    const { pid } = await engine.containers.start(id);
    await engine[Symbol.asyncDispose]();
    const second = await reopen();
    const found = await second.containers.get(id);
    assert.deepEqual([found?.state, found?.pid], ["running", pid]);
    const stopped = await second.containers.stop(id, { timeout: 0 });
    assert.deepEqual([stopped.state, stopped.exit?.code], ["exited", 137]);
  });

  it("end with their conmon, whether an engine sees it die or not", async (t) => {
    const { engine, options, reopen } = await throwawayEngine(t);
    await busyboxImage(engine);
    const monitorOf = (id: string) => Number(readFileSync(`${options.runDir}/c/${id}/conmon.pid`, "utf8"));
    const start = async (): Promise<string> => {
      const { id } = await engine.containers.create({ root: { image: "busybox" }, args: ["sleep", "1000"] });
      await engine.containers.start(id);
      return id;
    };
    const [seen, unseen] = [await start(), await start()];
    const ended = engine.containers.wait(seen, { condition: "next" });
    process.kill(monitorOf(seen), "SIGKILL");
    assert.deepEqual(await ended, { code: 137, signal: "SIGKILL" });
    await engine[Symbol.asyncDispose]();
    process.kill(monitorOf(unseen), "SIGKILL");
    const second = await reopen();
    assert.equal((await second.containers.wait(unseen)).code, 137);
    assert.deepEqual(await second.containers.list({ state: "running" }), []);
  });

  it("reject a program that is not there, in the runtime's words", async (t) => {
    const { engine } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({ root: { image: "busybox" }, args: ["nosuch"] });
    await assert.rejects(engine.containers.start(id), /executable file not found in \$PATH/);
    const found = await engine.containers.get(id);
    assert.deepEqual([found?.state, found?.exit?.code], ["exited", 127]);
  });
});

describe("openEngine()", () => {
  it("takes away what a crash left of sandboxes and of files being written", async (t) => {
    const { engine, options, reopen } = await throwawayEngine(t);
    const kept = await engine.sandboxes.create({ name: "kept", network: "bridge" });
    await engine[Symbol.asyncDispose]();
    const lost = "0".repeat(64);
    createNamespaces(join(options.runDir, "ns", lost), ["net", "ipc"]);
    mkdirSync(join(options.runDir, "shm", lost));
    mountTmpfs(join(options.runDir, "shm", lost), { size: 4096, mode: 0o1777 });
    const unfinished = `${options.runDir}/network.json.${randomUUID()}.tmp`;
    writeFileSync(unfinished, "{");
    const second = await reopen();
    for (const directory of ["ns", "shm"])
      assert.deepEqual(readdirSync(join(options.runDir, directory)), [kept.id], directory);
    assert.equal(existsSync(unfinished), false);
    assert.equal((await second.sandboxes.get(kept.id))?.state, "ready");
    await second.sandboxes.remove(kept.id);
    for (const directory of ["ns", "shm"]) assert.deepEqual(readdirSync(join(options.runDir, directory)), []);
  });

  it("limits what the containers of a sandbox use together, and leaves no cgroup", async (t) => {
    const { engine, options } = await throwawayEngine(t);
    const cgroups = openCgroups();
    const cgroupParent = `/skiff-${options.instance}/pod`;
    const resources = { memory: 2 ** 26, cpuShares: 512 };
    const spec = { network: "none", cgroupParent, resources } as const;
    const [one, two] = [
      await engine.sandboxes.create({ name: "one", ...spec }),
      await engine.sandboxes.create({ name: "two", ...spec }),
    ];
    assert.equal(cgroups.stats(cgroupParent)?.memoryLimit, 2 ** 26);
    await Promise.all([engine.sandboxes.remove(one.id), engine.sandboxes.remove(two.id)]);
    assert.equal(cgroups.exists(cgroupParent), false);
  });
});
