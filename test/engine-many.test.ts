/** Two hundred containers at once: started, exec'd and removed, they leave nothing on the host. */
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import Docker from "dockerode";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { hostTraces } from "./support/traces.ts";

const MANY = 200;

let engine: EngineInstance;
let docker: Docker;

before(async () => {
  engine = await startEngine("t-many");
  docker = new Docker({ socketPath: engine.socket });
  await engine.ok("pull busybox");
  // What the first container makes for all: the bridge, the directories.
  await comeAndGo("first");
});

after(() => engine[Symbol.asyncDispose]());

/** The life of a container: it answers with its own host name. */
async function comeAndGo(name: string): Promise<void> {
  const volumes = { "/scratch": {} };
  const container = await docker.createContainer({ Image: "busybox", name, Cmd: ["sleep", "600"], Volumes: volumes });
  await container.start();
  const exec = await container.exec({ Cmd: ["hostname"], AttachStdout: true, Tty: true });
  const said = await text(await exec.start({}));
  assert.equal(said.trim(), container.id.slice(0, 12));
  await container.remove({ force: true, v: true });
}

describe("200 containers at once", () => {
  it("start, run another program each and go, and the host is as before", { timeout: 120_000 }, async () => {
    const before = hostTraces(engine);
    await Promise.all(Array.from({ length: MANY }, (_, at) => comeAndGo(`many-${at}`)));
    assert.equal(await engine.ok("ps -aq"), "");
    assert.equal(await engine.ok("volume ls -q"), "");
    assert.deepEqual(hostTraces(engine), before);
  });
});
