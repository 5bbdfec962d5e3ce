/** The engine killed again and again in the middle of whatever it does: every start finishes or clears away what the last one began. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type RegistryServer, startRegistryServer } from "@skiff/registry";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { hostTraces } from "./support/traces.ts";

const ROUNDS = 8;
/** How many clients work at the same time. */
const CLIENTS = 3;

let engine: EngineInstance;
let registry: RegistryServer;
let home: string;
/** An image of several layers in the registry. */
let app: string;
let base: readonly string[];

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-crash-"));
  registry = await startRegistryServer({ root: join(home, "registry") });
  app = `127.0.0.1:${registry.port}/team/app:1`;
  engine = await startEngine("t-crash");
  await engine.ok("pull busybox");
  const steps = [1, 2, 3].map((n) => `RUN dd if=/dev/urandom of=/file-${n} bs=1M count=4 2>/dev/null`);
  writeFileSync(join(home, "Dockerfile"), ["FROM busybox", ...steps, 'CMD ["cat", "/file-1"]'].join("\n"));
  await engine.ok(["build", "-q", "-t", app, home]);
  await engine.ok(["push", app]);
  await engine.ok("run -d --name first busybox sleep 600");
  await engine.ok("exec first true");
  await clear();
  base = hostTraces(engine);
});

after(async () => {
  await engine[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
  rmSync(home, { recursive: true, force: true });
});

/** Removes everything but the image that was there first. */
async function clear(): Promise<void> {
  const ids = (await engine.ok("ps -aq")).split("\n").filter(Boolean);
  if (ids.length > 0) await engine.ok(["rm", "-f", "-v", ...ids]);
  await engine.ok("network prune -f");
  const volumes = (await engine.ok("volume ls -q")).split("\n").filter(Boolean);
  if (volumes.length > 0) await engine.ok(["volume", "rm", ...volumes]);
  await engine.ok("builder prune -af");
  const images = (await engine.ok(["images", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"])).split("\n");
  for (const image of images.filter((line) => !line.startsWith("busybox:latest"))) {
    const [name = "", id = ""] = image.split(" ");
    await engine.ok(["rmi", "-f", name.includes("<none>") ? id : name]);
  }
}

const pick = (below: number): number => Math.floor(Math.random() * below);

/** One of the things people do, as a command line. */
function something(): readonly string[] {
  const name = `work-${pick(6)}`;
  const all: readonly string[] = [
    `run -d --name ${name} -v /scratch -p 127.0.0.1::80 busybox sleep 600`,
    `run -d --name ${name} --restart=always busybox sleep 600`,
    `run -d --name ${name} --network net-${pick(2)} -v vol-${pick(2)}:/data busybox sleep 600`,
    "run --rm busybox true",
    `create --name ${name} ${app}`,
    `start ${name}`,
    `exec ${name} true`,
    `restart -t 0 ${name}`,
    `rm -f -v ${name}`,
    `rm -f -v ${name}`,
    `pull ${app}`,
    `pull ${app}`,
    `rmi -f ${app}`,
    `commit ${name} made:${pick(2)}`,
    `build -q --build-arg n=${pick(4)} -t built:${pick(2)} ${home}`,
    `network create net-${pick(2)}`,
    `network rm net-${pick(2)}`,
    `volume rm vol-${pick(2)}`,
  ];
  return (all[pick(all.length)] ?? "").split(" ");
}

describe("kill -9 at any point", () => {
  it("is got over: the engine starts, knows what it has, and can go on", { timeout: 120_000 }, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const over = new AbortController();
      const clients = Array.from({ length: CLIENTS }, async () => {
        // Whatever comes of it: the engine may just be gone.
        while (!over.signal.aborted) await engine.docker(something());
      });
      await delay(pick(700));
      await engine.kill();
      over.abort();
      await Promise.all(clients);
      // What a crash left is cleared away by a start, which may be cut short, too.
      if (round % 3 > 0) await engine.startAndKill(pick(400));
      await engine.start();
      const ids = (await engine.ok("ps -aq")).split("\n").filter(Boolean);
      if (ids.length > 0) await engine.ok(["inspect", ...ids]);
      assert.equal((await engine.docker("run --rm busybox true")).code, 0, `round ${round}`);
    }
  });
  it("leaves no image half there: it is pulled and complete", async () => {
    await engine.ok(["pull", app]);
    const { code, stdout } = await engine.docker(["run", "--rm", app, "sh", "-c", "cat /file-* | wc -c"]);
    assert.deepEqual([code, stdout.trim()], [0, String(3 * 4 * 1024 * 1024)]);
  });
  it("leaves nothing behind once everything is removed", async () => {
    await clear();
    assert.deepEqual(hostTraces(engine), base);
    assert.deepEqual(readdirSync(join(engine.data, "engine/content/ingest")), []);
  });
});
