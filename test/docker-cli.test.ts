/**
 * The docker CLI gets the answers that dockerd gives: transcripts in `docker-cli/`, recorded by `tools/record-docker.ts`, are played
 * through our socket. Where we answer otherwise, the transcript says why. With `SKIFF_DOCKER_PEER=1` a dockerd is started and plays
 * them, too, and the recordings are compared with what it answers.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, describe, it } from "node:test";
import type { DockerPeer } from "../bench/docker-peer.ts";
import { docker13Cli, startDocker13 } from "./support/docker-13.ts";
import { type DockerWorld, dockerWorld } from "./support/docker-world.ts";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { answerLines, parseTranscript, type Step } from "./support/transcript.ts";

const isLive = process.env.SKIFF_DOCKER_PEER === "1";
const transcripts = globSync(new URL("docker-cli/*.transcript", import.meta.url).pathname).sort();

/** Two, so that one is at work while the other waits. */
const NAMES = ["t-docker-cli", "t-docker-cli2"];
const engines: EngineInstance[] = [];
/** Those that no transcript is being played on. */
const free: DockerWorld[] = [];
let peer: { readonly docker: DockerPeer; readonly world: DockerWorld } | undefined;

before(async () => {
  const cli = await docker13Cli();
  for (const name of NAMES) {
    const engine = await startEngine(name);
    engines.push(engine);
    free.push(dockerWorld(`unix://${engine.socket}`, cli));
  }
  if (isLive) {
    const docker = await startDocker13();
    peer = { docker, world: dockerWorld(docker.host, cli) };
  }
});

after(async () => {
  for (const world of free) world[Symbol.dispose]();
  peer?.world[Symbol.dispose]();
  await peer?.docker[Symbol.asyncDispose]();
  for (const engine of engines) await engine[Symbol.asyncDispose]();
});

describe("the docker CLI gets dockerd's answers", { concurrency: isLive ? 1 : NAMES.length }, () => {
  for (const file of transcripts) {
    const steps = parseTranscript(readFileSync(file, "utf8"));
    it(basename(file, ".transcript").replaceAll("-", " "), async () => {
      const world = free.pop();
      assert.ok(world, "a world is free: no more play at a time than there are");
      try {
        await compare(steps, world, ({ recorded, ours }) => ours?.answer ?? recorded);
      } finally {
        free.push(world);
      }
      if (peer) await compare(steps, peer.world, ({ recorded }) => recorded);
    });
  }

  it("gives a reason for each difference, and none where there is no difference", () => {
    const steps = transcripts.flatMap((file) => parseTranscript(readFileSync(file, "utf8")));
    const needless = steps.filter(({ recorded, ours }) => ours && ours.answer.join("\n") === recorded.join("\n"));
    assert.deepEqual(needless, []);
    assert.ok(steps.length >= 850, `only ${steps.length} commands`);
  });
});

/** Fails with all commands that were answered otherwise than `wanted`. */
async function compare(
  steps: readonly Step[],
  world: DockerWorld,
  wanted: (step: Step) => readonly string[],
): Promise<void> {
  const answers = await world.play(steps);
  const differences = steps.flatMap((step, index) => {
    const answer = answers[index];
    const got = answer === undefined ? [] : answerLines(answer);
    const isSame = got.join("\n") === wanted(step).join("\n");
    return isSame ? [] : [{ command: step.command, wanted: wanted(step), got }];
  });
  assert.deepEqual(differences, []);
}
