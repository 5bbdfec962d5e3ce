/** Docker's clients other than its CLI: dockerode, and Debian's docker-compose with a project of three services. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { after, before, describe, it } from "node:test";
import Docker from "dockerode";
import { type Cluster, startCluster, words } from "./support/cluster.ts";
import { type Finished, run } from "./support/run.ts";
import { dockerCli, dockerCompose } from "./support/tools.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-docker-sdk");
  const pull = await cluster.skiff("pull busybox");
  assert.equal(pull.code, 0, pull.stderr);
});
after(() => cluster[Symbol.asyncDispose]());

describe("dockerode", () => {
  const client = () => new Docker({ socketPath: cluster.dockerHost.replace("unix://", "") });

  it("runs a container and gets its output, both streams apart, and its exit code", async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const command = ["sh", "-c", "echo out; echo err >&2; exit 3"];
    const [outcome, container] = await client().run("busybox", command, [stdout, stderr], { Tty: false });
    assert.equal(outcome.StatusCode, 3);
    stdout.end();
    stderr.end();
    assert.deepEqual([await text(stdout), await text(stderr)], ["out\n", "err\n"]);
    await container.remove();
  });
  it("creates, starts, executes in, inspects, follows the logs of, stops and removes a container", async () => {
    const docker = client();
    const script = "echo logged; exec sleep 600";
    const container = await docker.createContainer({ Image: "busybox", name: "sdk", Cmd: ["sh", "-c", script] });
    await container.start();
    const exec = await container.exec({ Cmd: ["hostname"], AttachStdout: true });
    const stream = await exec.start({});
    const said = new PassThrough();
    docker.modem.demuxStream(stream, said, said);
    stream.once("end", () => said.end());
    assert.equal(await text(said), `${container.id.slice(0, 12)}\n`);
    assert.equal((await exec.inspect()).ExitCode, 0);
    const { State, Config } = await container.inspect();
    assert.deepEqual([State.Running, Config.Image], [true, "busybox"]);
    assert.match(String(await container.logs({ stdout: true })), /logged/);
    const listed = await docker.listContainers({ filters: { name: ["sdk"] } });
    assert.deepEqual(
      listed.map(({ Names }) => Names),
      [["/sdk"]],
    );
    await container.stop({ t: 0 });
    await container.remove();
    await assert.rejects(container.inspect(), { statusCode: 404 });
  });
});

describe("docker-compose", () => {
  let project: string;
  const compose = (args: string): Promise<Finished> =>
    run(dockerCompose().command, words(args), { cwd: project, env: { ...cluster.env, ...dockerCompose().env } });

  before(() => {
    project = mkdtempSync(join(tmpdir(), "skiff-compose-"));
    writeFileSync(
      join(project, "docker-compose.yml"),
      `version: "3.7"
services:
  store:
    image: busybox
    command: sh -c "mkdir -p /data/w && echo stored > /data/w/index.html && httpd -f -p 80 -h /data/w"
    volumes: ["kept:/data"]
    networks: [back]
  relay:
    image: busybox
    command: sh -c "while ! wget -qO- http://store/; do sleep 0.1; done; sleep 600"
    depends_on: [store]
    networks: [back]
    environment: {ROLE: relay}
  web:
    build: .
    ports: ["127.0.0.1:38090:80"]
    restart: unless-stopped
    networks: [back, front]
networks: {back: {}, front: {}}
volumes: {kept: {}}
`,
    );
    writeFileSync(
      join(project, "Dockerfile"),
      'FROM busybox\nRUN mkdir /w && echo built > /w/index.html\nCMD ["httpd", "-f", "-p", "80", "-h", "/w"]\n',
    );
    writeFileSync(join(project, ".env"), "COMPOSE_PROJECT_NAME=trio\n");
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  it("brings three services up, which reach each other by name and are reached on a port", async () => {
    const up = await compose("up -d");
    assert.equal(up.code, 0, up.stderr);
    const shown = await compose("ps --services --filter status=running");
    assert.deepEqual(shown.stdout.trim().split("\n").toSorted(), ["relay", "store", "web"]);
    assert.equal(await (await fetch("http://127.0.0.1:38090/")).text(), "built\n");
    assert.equal((await compose("exec -T relay wget -qO- http://store/")).stdout, "stored\n");
    assert.match((await compose("logs --no-color relay")).stdout, /relay_1 +\| stored/);
  });
  it("finds nothing to do the second time, and scales", async () => {
    assert.match((await compose("up -d")).stderr, /trio_web_1 is up-to-date/);
    assert.equal((await compose("up -d --scale relay=2")).code, 0);
    assert.equal((await compose("ps -q relay")).stdout.trim().split("\n").length, 2);
  });
  it("takes everything down", async () => {
    const down = await compose("down -v --rmi local -t 0");
    assert.equal(down.code, 0, down.stderr);
    const env = { ...process.env, ...cluster.env };
    for (const args of [
      ["ps", "-aq"],
      ["volume", "ls", "-q"],
      ["network", "ls", "-q", "--filter", "type=custom"],
    ])
      assert.equal(execFileSync(dockerCli(), args, { env, encoding: "utf8" }), "", args.join(" "));
  });
});
