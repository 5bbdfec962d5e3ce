/**
 * `skiff` answers as the docker CLI does: the commands of `skiff-verbs/*.commands` are run with both on one engine, and what they print
 * and their exit codes are compared.
 */
import assert from "node:assert/strict";
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Cluster, SKIFF, startCluster } from "./support/cluster.ts";
import { type DockerWorld, dockerWorld } from "./support/docker-world.ts";
import { run, start } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";
import { type Answer, answerLines, type Step } from "./support/transcript.ts";

let cluster: Cluster;
let directory: string;
let docker: DockerWorld;
let skiff: DockerWorld;

before(async () => {
  cluster = await startCluster("t-verbs");
  directory = mkdtempSync(join(tmpdir(), "skiff-verbs-"));
  docker = dockerWorld(cluster.dockerHost, dockerCli());
  skiff = dockerWorld(cluster.dockerHost, skiffAsDocker());
});

after(async () => {
  docker?.[Symbol.dispose]();
  skiff?.[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
  await cluster?.[Symbol.asyncDispose]();
});

/** A program named docker that is `skiff`. */
function skiffAsDocker(): string {
  mkdirSync(join(directory, "bin"));
  const path = join(directory, "bin/docker");
  const names = `SKIFF_NAME=${cluster.name} SKIFF_DATA=${cluster.data}`;
  writeFileSync(path, `#!/bin/sh\n${names} exec ${SKIFF} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

function stepsOf(file: string): Step[] {
  const lines = readFileSync(file, "utf8").split("\n");
  const commands = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return commands.map((command) => ({ before: [], command, recorded: [], ours: undefined }));
}

/** What differs on purpose, and between versions of the docker CLI: names of the programs, where help is, what is not there. */
const DIFFERENCES: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\b[dD]ocker\b|\b[sS]kiff\b/g, "<cli>"],
  [/(?<=\S) {2,}/g, "  "],
  [/^(! <cli>: .*)\.$/, "$1"],
  [
    /^! Error( response from daemon)?: (No such|get \S+: no such|network \S+ not found|Could not find).*/,
    "! <not there>",
  ],
];

/** Help, what docker says of its own old age, and an error of its own making. */
const LEFT_OUT = /^!( (See|Run) '|$| DEPRECATED|\s+(Install the|BuildKit is|environment-v|https:)| exit status 1$)/;

function comparable(answer: Answer): string[] {
  return answerLines(answer)
    .filter((line) => !LEFT_OUT.test(line))
    .map((line) => DIFFERENCES.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line));
}

describe("skiff answers as the docker CLI", () => {
  for (const file of globSync(new URL("skiff-verbs/*.commands", import.meta.url).pathname).sort()) {
    it(`to the commands of ${basename(file, ".commands").replaceAll("-", " ")}`, async () => {
      const steps = stepsOf(file);
      const wanted = await docker.play(steps);
      const got = await skiff.play(steps);
      const shown = (answers: readonly Answer[]) =>
        answers.flatMap((answer, index) => [`$ ${steps[index]?.command}`, ...comparable(answer)]);
      assert.deepEqual(shown(got), shown(wanted));
    });
  }
});

describe("skiff run -it", () => {
  it("has a terminal of the size of ours, and leaves the container alone after the detach keys", async () => {
    await cluster.skiff("pull busybox");
    // The size is set once the container runs; until then stty complains.
    const shell = "until stty size 2>/dev/null | grep [1-9]; do sleep 0.1; done; exec sh";
    const keys = "--detach-keys ctrl-x,q";
    const command = `stty rows 33 cols 99; exec ${SKIFF} run -it --name typed ${keys} busybox sh -c '${shell}'`;
    const program = start("script", ["-qefc", command, "/dev/null"], { env: cluster.env });
    await program.until(/33 99[\s\S]*\/ #/);
    program.child.stdin?.write("\x18q");
    assert.equal(await program.exit, 0);
    const { stdout } = await cluster.skiff(["inspect", "-f", "{{.State.Running}}", "typed"]);
    assert.equal(stdout, "true\n");

    const again = start("script", ["-qefc", `${SKIFF} attach typed`, "/dev/null"], { env: cluster.env });
    again.child.stdin?.write("\r");
    await again.until(/\/ #/);
    again.child.stdin?.write("exit 6\r");
    assert.equal(await again.exit, 6);
    await cluster.skiff("rm typed");
  });
});

describe("skiff logs", () => {
  it("without a container shows the server's own log", async () => {
    assert.match((await cluster.skiff("logs --tail 5")).stdout, /^\d{4}-\d\d-\d\dT\S+ \w+ .* process=/m);
  });
});

describe("the output of skiff", () => {
  it("may be read in part", async () => {
    const { stderr } = await run("sh", ["-c", `${SKIFF} help | head -1; ${SKIFF} info | head -1`], {
      env: cluster.env,
    });
    assert.equal(stderr, "");
  });
});
