/**
 * The real `docker compose` 2.26 (Debian 13's), whose projects run on Skiff's engine: its verbs do what they do on dockerd, and a project
 * that it made is one that `skiff compose` made, in both directions.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SKIFF, words } from "./support/cluster.ts";
import { type ComposeProject, composeProject } from "./support/compose-project.ts";
import { type EngineInstance, startEngine } from "./support/engine.ts";
import { type Finished, type Running, type RunOptions, run, start } from "./support/run.ts";
import { trixiePackage } from "./support/trixie.ts";

const OTHERS = new URL("../containers/compose/src/testdata/awesome-compose/", import.meta.url).pathname;

const FILE = `
services:
  web:
    image: busybox
    command: [sh, -c, "echo served > /index.html; echo ready; exec httpd -f -p 80 -h /"]
    ports: ["127.0.0.1:38294:80", "38295:53/udp"]
    labels: {tier: front}
    environment: {GIVEN: "<1>", HOME: }
    env_file: [web.env]
    stop_grace_period: 1s
    volumes: ["data:/data", "./web.env:/file:ro", /anonymous]
    networks: {front: {aliases: [www]}, default: }
    healthcheck: {test: [CMD, "true"], interval: 1s, retries: 3}
    deploy: {resources: {limits: {memory: 64m, cpus: "0.5"}}}
    secrets: [{source: word, target: w}]
    ulimits: {nofile: {soft: 1000, hard: 2000}}
  ticker:
    image: busybox
    command: sh -c "trap 'exit 0' TERM; while true; do echo tick; sleep 0.2; done"
    init: false
    scale: 2
  once:
    image: busybox
    command: [sh, -c, "echo in; cat /page; exit 3"]
    configs: [page]
    profiles: [extra]
volumes: {data: {labels: {kept: "yes"}}}
networks: {front: {labels: {x: y}}}
configs: {page: {content: "a page\\n"}}
secrets: {word: {file: ./web.env}}
`;

let engine: EngineInstance;
let plugin: string;
let shop: ComposeProject;

before(async () => {
  plugin = join(await trixiePackage("docker-compose"), "usr/libexec/docker/cli-plugins/docker-compose");
  engine = await startEngine("t-compose-v2");
  await engine.ok("pull busybox");
  shop = composeProject(engine, "shop", { "compose.yaml": FILE, "web.env": "FROM_FILE=1\n" });
});
after(async () => {
  await shop?.dispose();
  await engine?.[Symbol.asyncDispose]();
});

const options = (given: RunOptions = {}): RunOptions => ({
  timeout: 60_000,
  cwd: shop.directory,
  ...given,
  env: { ...engine.env, ...given.env },
});

/** Runs the real one in the project's directory. */
async function theirs(args: readonly string[] | string, given?: RunOptions): Promise<Finished> {
  const done = await run(plugin, ["--ansi", "never", ...words(args)], options(given));
  // It clears lines even where there is no terminal.
  return { ...done, stdout: done.stdout.replaceAll("\u001b[2K", "") };
}

async function ok(args: readonly string[] | string, given?: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await theirs(args, given);
  assert.equal(code, 0, `docker compose ${words(args).join(" ")}\n${stdout}\n${stderr}`);
  return stdout;
}

const startTheirs = (args: string): Running => start(plugin, ["--ansi", "never", ...words(args)], options());

describe("docker compose on Skiff's engine", { timeout: 60_000 }, () => {
  it("brings a project up and waits until it is well", async () => {
    await ok("up -d --wait", { timeout: 30_000 });
    assert.deepEqual((await ok("ps --services")).split("\n").filter(Boolean).toSorted(), ["ticker", "web"]);
    const web = JSON.parse(await ok("ps --format json web"));
    assert.partialDeepStrictEqual(web, { Name: "shop-web-1", State: "running", Health: "healthy" });
    assert.match(await ok("ls"), /^shop +running\(3\) +\/.*compose\.yaml$/m);
  });

  it("looks into it", async () => {
    assert.match(await ok("logs --no-log-prefix web"), /^ready$/m);
    assert.equal(await ok("port web 80"), "127.0.0.1:38294\n");
    assert.match(await ok("images web"), /^shop-web-1 +busybox +latest /m);
    assert.match(await ok("top web"), /httpd -f -p 80 -h \//);
    assert.equal(await ok(["stats", "--no-stream", "--format", "{{.Name}}", "web"]), "shop-web-1\n");
    const listening = startTheirs("events --json web");
    // Nothing tells when it listens: pausing is repeated until it does.
    while (!/"action":"unpause"/.test(listening.stdout())) {
      await ok("pause web");
      await ok("unpause web");
    }
    await listening.stop("SIGINT");
  });

  it("joins its containers", async () => {
    const done = await theirs(["exec", "-T", "web", "sh", "-c", "cat; cat /run/secrets/w; exit 4"], {
      input: "given\n",
    });
    assert.deepEqual([done.stdout, done.code], ["given\nFROM_FILE=1\n", 4]);
    const once = await theirs("run --rm -T once");
    assert.deepEqual([once.stdout, once.code], ["in\na page\n", 3]);
    await ok("cp web.env web:/tmp/there");
    assert.equal(await ok("exec -T web cat /tmp/there"), "FROM_FILE=1\n");
    const attached = await theirs("up --exit-code-from once once");
    assert.equal(attached.code, 3);
    assert.match(attached.stdout, /^once-1 +\| a page$/m);
    await ok("rm -fsv once");
  });

  it("stops, restarts and scales them", async () => {
    await ok("restart -t 0 web");
    await ok("kill ticker");
    assert.equal((await ok("ps --services --status running ticker")).trim(), "");
    await ok("up -d --scale ticker=3 --no-recreate");
    assert.equal((await ok("ps -q ticker")).trim().split("\n").length, 3);
    await ok("stop -t 0 web");
    const following = startTheirs("up");
    // It goes on waiting for what it starts while it is interrupted.
    for (const name of ["web-1", "ticker-1", "ticker-2"]) await following.until(new RegExp(`${name} +\\| `));
    await following.stop("SIGINT");
    assert.equal(await ok("ps -q"), "");
    const nobody = await theirs("up -d nobody");
    assert.deepEqual([nobody.code, /no such service: nobody/.test(nobody.stderr)], [1, true]);
  });

  it("takes it down without a trace", async () => {
    await ok("--profile extra down -v -t 0");
    assert.deepEqual(await shop.leftovers(), []);
  });
});

/** What a container, a network or a volume is, but for what differs each time and who made it. */
function comparable(text: string): unknown {
  const dropped =
    /^(?:Id|ID|Created\w*|StartedAt|FinishedAt|Pid|.*Path|Mountpoint|MacAddress|EndpointID|NetworkID|SandboxID|SandboxKey|Hostname|HostsPath|DNSNames|Health|State|Containers|Log|com\.docker\.compose\.(?:version|replace)|Data|GraphDriver|IPAddress|Gateway|Subnet|IPPrefixLen|NetworkMode|ID\w*)$/;
  return JSON.parse(text, (key, value) => {
    if (dropped.test(key) || value === null || value === false || value === "") return undefined;
    if (typeof value === "object" && Object.keys(value).length === 0) return undefined;
    if (key === "Mounts" || key === "Binds" || key === "Aliases" || key === "Env") return sorted(value);
    return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) && key !== "com.docker.compose.config-hash"
      ? "an id"
      : value;
  });
}

function sorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  const texts = list.map((item) => JSON.stringify(item).replaceAll(/[0-9a-f]{12,64}/g, "an id"));
  return [...new Set(texts)].toSorted();
}

async function everything(): Promise<Record<string, unknown>> {
  const names = (await shop.leftovers()).toSorted();
  const seen = names.map(async (line) => {
    const [kind = "", name = ""] = line.split(" ");
    const [found] = JSON.parse(await engine.ok([kind, "inspect", name]));
    // 2.26 does not know these of networks and volumes.
    if (kind !== "container") delete found.Labels["com.docker.compose.config-hash"];
    return [line, comparable(JSON.stringify(found))];
  });
  return Object.fromEntries(await Promise.all(seen));
}

const ids = async (): Promise<string> => (await engine.ok("ps -aq --no-trunc")).split("\n").toSorted().join("\n");

describe("docker compose and skiff compose", { timeout: 60_000 }, () => {
  const tools = [
    { name: "docker compose", up: () => ok("up -d"), down: () => ok("down -v -t 0") },
    { name: "skiff compose", up: () => shop.ok("up -d"), down: () => shop.ok("down -v -t 0") },
  ];
  const made: Record<string, unknown>[] = [];

  for (const [maker, other] of [tools, tools.toReversed()]) {
    assert.ok(maker && other);
    it(`${other.name} leaves alone what ${maker.name} has made, and takes it down`, async () => {
      await maker.up();
      made.push(await everything());
      const before = await ids();
      await other.up();
      assert.equal(await ids(), before);
      await other.down();
      assert.deepEqual(await shop.leftovers(), []);
    });
  }

  it("make the same", () => {
    assert.equal(Object.keys(made[0] ?? {}).length, 6);
    assert.deepEqual(made[1], made[0]);
  });

  it("read the same out of other people's projects", async () => {
    // Of what is watched newer versions say more.
    for (const project of readdirSync(OTHERS, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const directory = join(OTHERS, project.name);
      const file = readdirSync(directory).find((name) => /^compose\.ya?ml$/.test(name)) ?? "compose.yaml";
      if (/\bwatch:/.test(readFileSync(join(directory, file), "utf8"))) continue;
      const [wanted, got] = await Promise.all([
        ok(["-f", join(directory, file), "config", "--format", "json"]),
        run(SKIFF, ["compose", "-f", join(directory, file), "config", "--format", "json"], options()),
      ]);
      assert.deepEqual(JSON.parse(got.stdout), JSON.parse(wanted), project.name);
    }
  });
});
