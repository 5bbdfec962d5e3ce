/** A disk without room: clear errors, nothing corrupt, and everything works again once there is room. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type RegistryServer, startRegistryServer } from "@skiff/registry";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { eventually } from "./support/eventually.ts";

const COUNTS = "i=0; while true; do echo $i; i=$((i+1)); usleep 50000; done";

let home: string;
/** The small disk. */
let disk: string;
let engine: EngineInstance;
let registry: RegistryServer;
/** An image of 40 MB in the registry. */
let app: string;
/** A build context whose image has as much. */
let context: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-disk-"));
  disk = join(home, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=128m", "tmpfs", disk]);
  registry = await startRegistryServer({ root: join(home, "registry") });
  app = `127.0.0.1:${registry.port}/team/app:1`;
  context = mkdtempSync(join(home, "context-"));
  writeFileSync(join(context, "Dockerfile"), "FROM busybox\nRUN dd if=/dev/urandom of=/big bs=1M count=40\n");
  engine = await startEngine("t-disk", { data: join(disk, "data") });
  await engine.ok("pull busybox");
  await engine.ok(["build", "-q", "-t", app, context]);
  await engine.ok(["push", app]);
  await engine.ok(["rmi", app]);
  await engine.ok("builder prune -af");
  await engine.ok("tag busybox kept:1");
  await engine.ok(["run", "-d", "--name", "counter", "--restart=always", "busybox", "sh", "-c", COUNTS]);
  await engine.ok([
    "run",
    "-d",
    "--name",
    "ending",
    "busybox",
    "sh",
    "-c",
    'trap "exit 9" TERM; while true; do usleep 50000; done',
  ]);
  await engine.ok("create --name idle busybox true");
});

after(async () => {
  await engine[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  execFileSync("umount", [disk]);
  rmSync(home, { recursive: true, force: true });
});

/** Takes all room but `left` MiB. */
function fill(left: number): void {
  for (let n = 0; n < 1000; n++) {
    const { bavail, bsize } = statfsSync(disk);
    const room = bavail * bsize - left * (1 << 20);
    if (room <= 0) return;
    try {
      writeFileSync(join(disk, `filler-${n}`), Buffer.alloc(Math.min(room, 8 << 20), 1), { flush: true });
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
    }
  }
}

function empty(): void {
  for (const name of readdirSync(disk)) if (name.startsWith("filler-")) rmSync(join(disk, name));
}

async function saysFull(command: string | readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await engine.docker(command);
  assert.notEqual(code, 0, `${command} succeeded: ${stdout}`);
  assert.match(stdout + stderr, /no space left on device/i, String(command));
}

const state = (name: string): Promise<string> =>
  engine.ok(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}", name]);

describe("a full disk", () => {
  before(() => fill(0));

  for (const command of [
    "run --rm busybox true",
    "create --name never busybox true",
    "start idle",
    "commit counter big:1",
    "tag busybox other:1",
    "rename idle other",
    "volume create full",
    "network create full",
    "exec counter dd if=/dev/zero of=/big bs=1M count=1",
  ])
    it(`is what docker ${command} says`, () => saysFull(command));
  it("is what builds and pulls say, which leave no part behind", async () => {
    empty();
    fill(24);
    const before = statfsSync(disk).bavail;
    await saysFull(["build", "--no-cache", "-t", "big:2", context]);
    await saysFull(["pull", app]);
    const { bavail, bsize } = statfsSync(disk);
    assert.ok((before - bavail) * bsize < 1 << 20, `${(before - bavail) * bsize} bytes are still taken`);
    fill(0);
  });
  it("leaves nothing that was not done, and what was done before as it is", async () => {
    assert.equal(await engine.ok("volume ls -q"), "");
    assert.equal(await engine.ok("network ls --filter name=full -q"), "");
    assert.equal(
      await engine.ok(["ps", "-a", "--format", "{{.Names}}"]).then((text) => text.split("\n").toSorted().join()),
      "counter,ending,idle",
    );
    assert.equal(
      await engine.ok(["images", "--format", "{{.Repository}}"]).then((text) => text.split("\n").toSorted().join()),
      "busybox,kept",
    );
    assert.equal(await state("counter"), "running 0 0");
  });
  it("does not keep containers from being stopped, executed in, and removed", async () => {
    assert.equal(await engine.ok("exec counter echo inside"), "inside");
    await engine.ok("pause counter");
    await engine.ok("unpause counter");
    await engine.ok("stop -t 5 ending");
    assert.equal(await state("ending"), "exited 9 0");
    await engine.ok("rm idle");
  });
  it("does not keep images from being removed", async () => {
    await engine.ok("rmi kept:1");
  });
  it("does not keep the engine from starting: what runs is adopted", async () => {
    fill(0);
    await engine.kill();
    await engine.start();
    assert.equal(await state("counter"), "running 0 0");
    assert.equal(await engine.ok("exec counter echo inside"), "inside");
  });
});

describe("once there is room again", () => {
  before(() => empty());

  it("everything works, and what happened meanwhile is written down", async () => {
    await engine.ok(["pull", app]);
    assert.equal(await engine.ok(["run", "--rm", app, "sh", "-c", "wc -c < /big"]), String(40 << 20));
    const lines = (await engine.ok("logs counter")).split("\n").length;
    await eventually(async () => assert.ok((await engine.ok("logs counter")).split("\n").length > lines));
    await engine.kill();
    await engine.start();
    assert.equal(await state("ending"), "exited 9 0");
    assert.equal(
      await engine.ok(["ps", "-a", "--format", "{{.Names}}"]).then((text) => text.split("\n").toSorted().join()),
      "counter,ending",
    );
  });
});
