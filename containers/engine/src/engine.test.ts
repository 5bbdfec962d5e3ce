import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
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

  it("reject a program that is not there, in the runtime's words", async (t) => {
    const { engine } = await throwawayEngine(t);
    await busyboxImage(engine);
    const { id } = await engine.containers.create({ root: { image: "busybox" }, args: ["nosuch"] });
    await assert.rejects(engine.containers.start(id), /executable file not found in \$PATH/);
    const found = await engine.containers.get(id);
    assert.deepEqual([found?.state, found?.exit?.code], ["exited", 127]);
  });
});
