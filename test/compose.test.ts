/** `skiff compose` as people use it: projects by others, and what happens to a project over its life. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { composeImages } from "./support/compose-images.ts";
import { type ComposeProject, composeProject } from "./support/compose-project.ts";
import { eventually } from "./support/eventually.ts";
import { run } from "./support/run.ts";
import { dockerCli } from "./support/tools.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("t-compose");
  await composeImages(cluster);
});
after(() => cluster[Symbol.asyncDispose]());

async function page(port: number, path = "/"): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

describe("projects by others", { concurrency: true }, () => {
  const projects = [
    {
      name: "flask-redis",
      ports: { redis: "38201:6379", web: "38202:8000" },
      async answers() {
        assert.equal(await page(38202), "This webpage has been viewed 1 time(s)");
        assert.equal(await page(38202), "This webpage has been viewed 2 time(s)");
      },
    },
    {
      name: "nginx-nodejs-redis",
      ports: { redis: "38203:6379", web1: "38204:5000", web2: "38205:5000", nginx: "38206:80" },
      async answers() {
        assert.match(await page(38204), /^web1: Number of visits is: \d+/);
        const served = [await page(38206), await page(38206)].map((text) => text.slice(0, 4));
        assert.deepEqual(served.toSorted(), ["web1", "web2"]);
      },
    },
    {
      name: "nginx-golang-postgres",
      ports: { proxy: "38207:80" },
      answers: async () => assert.deepEqual(JSON.parse(await page(38207)), ["Blog post #0"]),
    },
    {
      name: "react-nginx",
      ports: { frontend: "38208:80" },
      answers: async () => assert.match(await page(38208), /<div id="root">built by Node \d+<\/div>/),
    },
    {
      name: "angular",
      ports: { web: "38209:4200" },
      answers: async () => assert.equal(await page(38209), "served by angular\n"),
    },
    {
      name: "vuejs",
      ports: { web: "38210:8080" },
      answers: async () => assert.equal(await page(38210), "served by vuejs\n"),
    },
  ];
  for (const { name, ports, answers } of projects) {
    it(`${name} runs, answers and stops`, async (t) => {
      const services = Object.entries(ports).map(([service, port]) => `  ${service}: {ports: !override ["${port}"]}`);
      const project = composeProject(cluster, name, { "ports.yaml": `services:\n${services.join("\n")}\n` });
      t.after(() => project.dispose());
      const files = "-f compose.yaml -f ports.yaml";
      await project.ok(`${files} up -d --wait`);
      // What listens is known to no one but the program: it has no health check.
      await eventually(answers);
      const rows = (await project.ok(`${files} ps --format json`)).trim().split("\n");
      const states = rows.map((row) => JSON.parse(row)).map(({ State }) => State);
      assert.deepEqual([...new Set(states)], ["running"]);
      const stopped = performance.now();
      await project.ok(`${files} down -v`);
      // Nobody had to be killed: that takes ten seconds.
      assert.ok(performance.now() - stopped < 8_000);
      assert.deepEqual(await project.leftovers(), []);
    });
  }
});

/** Ten services that do nothing, or something else where `web3` is to. */
function ten(web3 = "sleep 600"): string {
  const services = Array.from({ length: 10 }, (_, index) => {
    const command = index === 3 ? web3 : "sleep 600";
    return `  web${index}: {image: busybox, init: false, command: ${command}, stop_grace_period: 0s}`;
  });
  return `services:\n${services.join("\n")}\n`;
}

async function containersOf(project: ComposeProject): Promise<Map<string, string>> {
  const labelled = `label=com.docker.compose.project=${project.name}`;
  const format = '{{.Names}} {{.ID}} {{.Label "com.docker.compose.service"}}';
  const args = ["ps", "-a", "--no-trunc", "--filter", labelled, "--format", format];
  const { stdout } = await run(dockerCli(), args, { env: cluster.env });
  const lines = stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "");
  return new Map(lines.map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]));
}

describe("a project of ten services", () => {
  let project: ComposeProject;
  before(() => {
    project = composeProject(cluster, "ten", { "compose.yaml": ten() });
  });
  after(() => project.dispose());

  it("converges after `up` was killed half-way", async () => {
    const first = project.start("--progress plain up -d");
    let said = "";
    await new Promise<void>((resolve, reject) => {
      first.child.stderr?.on("data", (chunk) => {
        said += String(chunk);
        if (/Started/.test(said)) resolve();
      });
      void first.exit.then(() => reject(new Error(`it ended by itself\n${said}`)));
    });
    first.child.kill("SIGKILL");
    await first.exit.catch(() => undefined);
    await project.ok("up -d --wait");
    const names = [...(await containersOf(project)).keys()].toSorted();
    assert.deepEqual(
      names,
      Array.from({ length: 10 }, (_, index) => `ten-web${index}-1`),
    );
    assert.equal((await project.ok("ps -q --status running")).trim().split("\n").length, 10);
  });
  it("is left alone when nothing changed", async () => {
    const before = await containersOf(project);
    const { stderr } = await project.compose("up -d");
    assert.doesNotMatch(stderr, /Created|Recreated|Started/);
    assert.deepEqual(await containersOf(project), before);
  });
  it("gets one new container when one service changed", async () => {
    const before = await containersOf(project);
    project.write("compose.yaml", ten("sleep 601"));
    await project.ok("up -d");
    const now = await containersOf(project);
    const changed = [...now].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);
    assert.deepEqual([now.size, changed], [10, ["ten-web3-1"]]);
  });
  it("tells of services that are gone from the file, and removes them when asked", async () => {
    project.write("compose.yaml", ten().replace(/ {2}web9: .*\n/, ""));
    assert.match((await project.compose("up -d")).stderr, /orphan containers \(\[ten-web9-1\]\)/);
    await project.ok("up -d --remove-orphans");
    assert.equal((await containersOf(project)).size, 9);
  });
});

describe("skiff compose up, attached", () => {
  const service = (trap: string) =>
    `image: busybox\n    stop_grace_period: 20s\n    command: sh -c "trap '${trap}' TERM; echo ready; while :; do sleep 0.1; done"`;

  it("shows what containers write; Ctrl-C stops them gracefully", async (t) => {
    const text = `services:\n  web:\n    ${service("echo bye; exit 0")}\n  quiet: {image: busybox, command: sleep 600, stop_grace_period: 0s}\n`;
    const project = composeProject(cluster, "attached", { "compose.yaml": text });
    t.after(() => project.dispose());
    const up = project.start("up");
    await up.until(/web-1\s+\| ready/);
    up.child.kill("SIGINT");
    assert.equal(await up.exit, 130);
    assert.match(up.stdout(), /web-1\s+\| bye/);
    assert.match(up.stderr(), /Gracefully stopping/);
    assert.deepEqual((await project.leftovers()).toSorted(), [
      "container attached-quiet-1",
      "container attached-web-1",
      "network attached_default",
    ]);
    assert.equal((await project.ok("ps -q --status running")).trim(), "");
  });
  it("kills them at the second Ctrl-C", async (t) => {
    const text = `services:\n  web:\n    ${service("echo no")}\n`;
    const project = composeProject(cluster, "stubborn", { "compose.yaml": text });
    t.after(() => project.dispose());
    const up = project.start("up");
    await up.until(/web-1\s+\| ready/);
    up.child.kill("SIGINT");
    await up.until(/web-1\s+\| no/);
    const asked = performance.now();
    up.child.kill("SIGINT");
    assert.equal(await up.exit, 130);
    assert.ok(performance.now() - asked < 10_000);
    assert.match(await project.ok(["ps", "-a", "--format", "{{.State}} {{.ExitCode}}"]), /^exited 137$/m);
  });
  it("ends with the exit code of the container that was asked for", async (t) => {
    const text =
      "services:\n  test: {image: busybox, command: sh -c 'exit 7'}\n  db: {image: busybox, command: sleep 600, stop_grace_period: 0s}\n";
    const project = composeProject(cluster, "suite", { "compose.yaml": text });
    t.after(() => project.dispose());
    const { code, stdout } = await project.compose("up --exit-code-from test");
    assert.equal(code, 7, stdout);
    assert.equal((await project.ok("ps -q --status running")).trim(), "");
  });
});

describe("skiff compose", () => {
  let project: ComposeProject;
  const file = `services:
  setup:
    image: busybox
    command: sh -c "echo made > /data/one"
    volumes: ["data:/data"]
  web:
    image: busybox
    command: sh -c "mkdir -p /w && cat /run/secrets/word /greeting > /w/index.html && httpd -f -p 80 -h /w"
    environment: {ROLE: web}
    stop_grace_period: 0s
    ports: ["127.0.0.1::80"]
    volumes: ["data:/data:ro", /scratch]
    secrets: [word]
    configs: [greeting]
    healthcheck: {test: wget -qO- http://127.0.0.1/, interval: 200ms, retries: 20}
    depends_on: {setup: {condition: service_completed_successfully}}
  client:
    image: busybox
    command: sh -c "wget -qO- http://web/; sleep 600"
    stop_grace_period: 0s
    depends_on: {web: {condition: service_healthy}}
  tool:
    image: busybox
    profiles: [tools]
    volumes: ["data:/data"]
    command: cat /data/one
volumes: {data: {}}
secrets: {word: {environment: WORD}}
configs: {greeting: {content: " to you\\n"}}
`;
  const env = { WORD: "hello" };

  before(() => {
    project = composeProject(cluster, "life", { "compose.yaml": file });
  });
  after(() => project.dispose());
  const ok = (args: readonly string[] | string) => project.ok(args, { env });

  it("starts in the order of dependencies, with what they wait for", async () => {
    await ok("up -d");
    await eventually(async () => assert.match(await ok("logs --no-color client"), /client-1 +\| hello to you/));
    assert.equal(await ok("exec -T web cat /data/one"), "made\n");
    const address = (await ok("port web 80")).trim();
    assert.equal(await (await fetch(`http://${address}/`)).text(), "hello to you\n");
  });
  it("lists what runs, for people, programs and the docker CLI", async () => {
    assert.match(await ok("ps"), /life-web-1\s+busybox\s+.*web\s+.*Up .*\(healthy\)\s+127\.0\.0\.1:\d+->80\/tcp/);
    const rows = (await ok("ps -a --format json"))
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row));
    const seen = rows.map(({ Service, State, ExitCode }) => `${Service} ${State} ${ExitCode}`);
    assert.deepEqual(seen.toSorted(), ["client running 0", "setup exited 0", "web running 0"]);
    assert.match(await ok("ls"), /life\s+running\(2\)/);
    assert.match((await run(dockerCli(), ["ps"], { env: cluster.env })).stdout, /life-client-1/);
    assert.match(await ok("top client"), /sleep 600/);
    assert.match(await ok("images"), /life-web-1\s+busybox\s+latest/);
  });
  it("runs one-off containers, with the service's profile, and leaves none", async () => {
    assert.equal(await ok("run --rm -T tool"), "made\n");
    const failed = await project.compose(["run", "--rm", "-T", "tool", "sh", "-c", "exit 4"], { env });
    assert.equal(failed.code, 4, failed.stderr);
    assert.ok((await project.leftovers()).every((name) => !name.includes("tool")));
  });
  it("copies files, pauses, restarts and scales", async () => {
    project.write("note.txt", "noted\n");
    await ok("cp note.txt client:/note.txt");
    assert.equal(await ok("exec -T client cat /note.txt"), "noted\n");
    await ok("pause client");
    assert.match(await ok("ps client"), /\(Paused\)/);
    await ok("unpause client");
    await ok("restart -t 0 client");
    assert.equal(await ok("exec -T client cat /note.txt"), "noted\n");
    await ok("scale client=3 --no-deps");
    assert.equal((await ok("ps -q client")).trim().split("\n").length, 3);
    await ok("up -d --scale client=1");
    assert.equal((await ok("ps -q client")).trim().split("\n").length, 1);
  });
  it("gives the new container the anonymous volumes of the old", async () => {
    await ok(["exec", "-T", "web", "sh", "-c", "echo kept > /scratch/file"]);
    project.write("compose.yaml", file.replace("ROLE: web", "ROLE: other"));
    await ok("up -d");
    assert.equal(await ok(["exec", "-T", "web", "sh", "-c", "echo $ROLE; cat /scratch/file"]), "other\nkept\n");
  });
  it("stops and starts without losing anything", async () => {
    const before = await containersOf(project);
    await ok("stop");
    assert.equal((await ok("ps -q --status running")).trim(), "");
    await ok("start web client");
    assert.deepEqual(await containersOf(project), before);
  });
  it("takes everything down, and keeps named volumes until they are to go", async () => {
    await ok("down");
    assert.deepEqual(await project.leftovers(), ["volume life_data"]);
    await ok("down -v");
    assert.deepEqual(await project.leftovers(), []);
  });
  it("names file, line and path of a mistake", async () => {
    project.write("bad.yaml", "services:\n  web:\n    imagee: busybox\n");
    const { code, stderr } = await project.compose("-f bad.yaml config");
    assert.notEqual(code, 0);
    assert.match(stderr, /bad\.yaml:3:5: services\.web\.imagee/);
  });
});
