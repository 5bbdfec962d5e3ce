/** The same Compose file on the cluster: what runs, what answers, what stays. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { type Cluster, startCluster } from "./support/cluster.ts";
import { composeImages } from "./support/compose-images.ts";
import { type ComposeProject, composeProject } from "./support/compose-project.ts";
import { eventually } from "./support/eventually.ts";

const OTHERS = new URL("../containers/compose/src/testdata/awesome-compose/", import.meta.url).pathname;
const COMPOSE = `services:
  redis:
    image: redislabs/redismod
    volumes: ["data:/data"]
    healthcheck: {test: redis-cli ping, interval: 1s, retries: 30}
  seed:
    image: redislabs/redismod
    command: redis-cli -h redis SETNX hits 40
    depends_on: {redis: {condition: service_healthy}}
  web:
    build: .
    ports: ["38221:8000"]
    environment: {GREETING: "$$(cat /run/secrets/word)"}
    user: www-data
    secrets: [word]
    configs: [{source: page, target: /etc/page}]
    depends_on: {seed: {condition: service_completed_successfully}}
    stop_signal: SIGINT
volumes: {data: {}}
secrets: {word: {file: word.txt}}
configs: {page: {content: "a page\\n"}}
`;

let cluster: Cluster;
let project: ComposeProject;
let address: string;

before(async () => {
  cluster = await startCluster("t-compose-k8s");
  await composeImages(cluster);
  const flask = new URL("./compose/flask-redis/", import.meta.url);
  const files = ["Dockerfile", "app.py"].map((name) => [name, readFileSync(new URL(name, flask), "utf8")]);
  project = composeProject(cluster, "site", {
    "compose.yaml": COMPOSE,
    "word.txt": "secret\n",
    ...Object.fromEntries(files),
  });
});
after(async () => {
  await project.compose("down --kubernetes -v");
  await project.dispose();
  await cluster[Symbol.asyncDispose]();
});

const site = (args: string): Promise<string> => cluster.ok(`-n site ${args}`);

async function page(at: string): Promise<string> {
  const response = await fetch(`http://${at}/`, { headers: { connection: "close" } });
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return text;
}

async function views(at: string): Promise<number> {
  return Number(/viewed (\d+) time/.exec(await page(at))?.[1]);
}

describe("skiff compose up --kubernetes", () => {
  it("runs the project, in the order of its dependencies, on images that were never pushed", async () => {
    const said = await project.ok("up --kubernetes");
    assert.match(said, /^web is at \d+\.\d+\.\d+\.\d+:38221\/tcp$/m);
    address = /web is at (\S+)\/tcp/.exec(said)?.[1] ?? "";
    assert.equal(await site("get pods -o jsonpath={.items[*].status.phase}"), "Running Running Running");
    const [done, started] = await Promise.all([
      site(
        "get pods -l com.docker.compose.service=seed -o jsonpath={.items[0].status.initContainerStatuses[?(@.name=='seed')].state.terminated.finishedAt}",
      ),
      site(
        "get pods -l com.docker.compose.service=web -o jsonpath={.items[0].status.containerStatuses[0].state.running.startedAt}",
      ),
    ]);
    assert.ok(Date.parse(done) <= Date.parse(started), `${done} ${started}`);
  });
  it("answers through its Services: where it is published, and inside the cluster", async () => {
    assert.equal(await eventually(() => views(address)), 41);
    const inside = await site("get service web -o jsonpath={.spec.clusterIP}");
    assert.equal(await views(`${inside}:8000`), 42);
  });
  it("gives the container its user, secrets, configs and variables as they are written", async () => {
    const script = 'id -un; cat /run/secrets/word /etc/page; echo "$GREETING"';
    const { stdout } = await cluster.kubectl(["-n", "site", "exec", "deploy/web", "--", "sh", "-c", script]);
    assert.equal(stdout, "www-data\nsecret\na page\n$(cat /run/secrets/word)\n");
  });
  it("keeps its data when the Pods are deleted", async () => {
    await site("delete pod --all --wait");
    await site("rollout status statefulset/redis --timeout=60s");
    await site("rollout status deployment/web --timeout=60s");
    assert.equal(await eventually(() => views(address)), 43);
  });
  it("shows Pods in the rows that containers have", async () => {
    const rows = (await project.ok("ps -a --kubernetes --format json"))
      .trim()
      .split("\n")
      .map((row) => JSON.parse(row));
    const seen = rows.map(({ Service, State, Health, Project }) => `${Project} ${Service} ${State} ${Health}`.trim());
    assert.deepEqual([...new Set(seen)].toSorted(), [
      "site redis running healthy",
      "site seed exited",
      "site web running",
    ]);
    const web = rows.find(({ Service }) => Service === "web");
    assert.equal(web.Publishers[0].PublishedPort, 38221);
  });
  it("changes nothing the second time, and only what changed the third", async () => {
    const state = () => site('get pods -o jsonpath={range.items[*]}{.metadata.name}{"\\n"}{end}');
    const before = (await state()).split("\n");
    await project.ok("up --kubernetes");
    assert.deepEqual((await state()).split("\n"), before);
    project.write("app.py", readFileSync(`${project.directory}/app.py`, "utf8").replace("This webpage", "This page"));
    await project.ok("up --kubernetes --build");
    // Nothing but the program knows when it listens, and its predecessor may answer for a moment more.
    await eventually(async () => {
      assert.match(await page(address), /^This page has been viewed \d+/);
    });
    const changed = (await state()).split("\n").filter((name) => !before.includes(name));
    assert.deepEqual(
      changed.map((name) => name.split("-")[0]),
      ["web"],
    );
  });
  it("refuses a port that is taken, and a namespace that is not its own", async () => {
    const other = composeProject(cluster, "other", {
      "compose.yaml": "services: {web: {image: busybox, ports: ['38221:80']}}\n",
    });
    const taken = await other.compose("up --kubernetes");
    assert.match(taken.stderr, /service "web" cannot be published on port 38221\/TCP: service site\/web-published is/);
    const foreign = await other.compose("-p kube-system up --kubernetes");
    assert.match(foreign.stderr, /the namespace "kube-system" is not a Compose project's/);
    await other.dispose();
  });
  it("leaves nothing but data on the cluster, which `up` without it goes on with", async () => {
    await project.ok("down --kubernetes");
    assert.equal((await cluster.kubectl("get namespace site")).code, 1);
    assert.equal(await cluster.ok("get persistentvolumes -o name"), "");
    assert.deepEqual(await project.leftovers(), ["volume site_data"]);
    await project.ok("up -d --wait redis");
    assert.ok(Number(await project.ok("exec -T redis redis-cli GET hits")) >= 44);
    await project.ok("down -v -t 1");
    assert.deepEqual(await project.leftovers(), []);
  });
});

describe("skiff compose convert", () => {
  it("writes manifests of projects by others that the API server takes", async () => {
    const secret = "db/password.txt";
    const texts: string[] = [];
    for (const name of [
      "nginx-flask-mysql",
      "react-express-mysql",
      "prometheus-grafana",
      "elasticsearch-logstash-kibana",
    ]) {
      const file = readFileSync(`${OTHERS}${name}/compose.yaml`, "utf8");
      const other = composeProject(cluster, name, { "compose.yaml": file, [secret]: "x" });
      texts.push(await other.ok("convert"));
      await other.dispose();
    }
    const manifests = texts.join("---\n");
    const namespaces = manifests.split("---\n").filter((text) => text.includes("kind: Namespace"));
    await cluster.apply(namespaces.join("---\n"));
    const taken = await cluster.ok("apply --dry-run=server --validate=strict -f -", { input: manifests });
    assert.match(taken, /statefulset\.apps\/db (?:created|serverside-applied|configured) \(server dry run\)/);
    assert.doesNotMatch(taken, /error/i);
  });
});
