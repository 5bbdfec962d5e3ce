/**
 * The docker CLI gets the answers that dockerd gives: transcripts in `docker-cli/`, recorded by `tools/record-docker.ts`, are played
 * through our socket. With `SKIFF_DOCKER_PEER=1` they are compared with a dockerd started for it rather than with the recording.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DockerPeer, startDocker } from "../bench/docker-peer.ts";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { type DockerWorld, dockerWorld } from "./support/docker-world.ts";
import { dockerCli } from "./support/tools.ts";
import { answerLines, parseTranscript } from "./support/transcript.ts";

const LIVE = process.env.SKIFF_DOCKER_PEER === "1";
const transcripts = globSync(new URL("docker-cli/*.transcript", import.meta.url).pathname).sort();

let cluster: Cluster;
let ours: DockerWorld;
let peer: { readonly docker: DockerPeer; readonly world: DockerWorld } | undefined;

before(async () => {
  cluster = await startCluster("t-docker-cli");
  ours = dockerWorld(cluster.dockerHost, dockerCli());
  if (LIVE) {
    const docker = await startDocker();
    peer = { docker, world: dockerWorld(docker.host, docker.cli) };
  }
});

after(async () => {
  ours?.[Symbol.dispose]();
  peer?.world[Symbol.dispose]();
  await peer?.docker[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

describe("the docker CLI gets dockerd's answers", () => {
  for (const file of transcripts) {
    it(basename(file, ".transcript").replaceAll("-", " "), async () => {
      const steps = parseTranscript(readFileSync(file, "utf8"));
      const live = await peer?.world.play(steps);
      const answers = await ours.play(steps);
      const wanted = steps.flatMap(({ command, recorded, ours: own }, index) => {
        const lives = live?.[index];
        return [`$ ${command}`, ...(own.length > 0 ? own.slice(1) : lives ? answerLines(lives) : recorded)];
      });
      const got = steps.flatMap(({ command }, index) => {
        const answer = answers[index];
        return [`$ ${command}`, ...(answer ? answerLines(answer) : [])];
      });
      assert.deepEqual(got, wanted);
    });
  }
});
