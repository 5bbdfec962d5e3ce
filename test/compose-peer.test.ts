/**
 * Three projects by others, run by docker-compose 1.29 on dockerd and by `skiff compose` on Skiff and on dockerd: the same containers,
 * networks and volumes come of them, up to what newer versions of Compose do otherwise, which is listed here.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type DockerPeer, startDocker } from "../bench/docker-peer.ts";
import { type Cluster, SKIFF, startCluster } from "./support/cluster.ts";
import { run } from "./support/run.ts";
import { dockerCompose } from "./support/tools.ts";

const OTHERS = new URL("../containers/compose/src/testdata/awesome-compose/", import.meta.url).pathname;

/** What stands for every image: it does nothing and is always healthy. */
const IMAGE = `FROM busybox
RUN printf '#!/bin/sh\\nexit 0\\n' > /bin/mysqladmin && chmod +x /bin/mysqladmin
ENV BASE=1
STOPSIGNAL SIGINT
ENTRYPOINT ["/bin/sh", "-c", "exec sleep 600"]
`;
const NAMES = ["peer-base", "redislabs/redismod", "mariadb:10-focal", "mariadb:10.6.4-focal"];

/** Where builds happen, the stages they ask for, and what else the projects need. */
const PROJECTS: Readonly<
  Record<string, { readonly builds: Readonly<Record<string, string>>; readonly files?: readonly string[] }>
> = {
  "nginx-nodejs-redis": { builds: { web: "only", nginx: "only" } },
  "nginx-flask-mysql": { builds: { backend: "builder", proxy: "only" }, files: ["db/password.txt"] },
  "react-express-mysql": {
    builds: { backend: "development", frontend: "development" },
    files: ["db/password.txt", "backend/src/a", "backend/package.json", "backend/package-lock.json", "frontend/src/a"],
  },
};
/** Published ports are moved where nobody else is. */
const FIRST_PORT = 38300;

/** The project that `skiff compose` runs on dockerd, too. */
const ALSO_ON_DOCKERD = "nginx-flask-mysql";

/** What Compose 2 adds to the labels of 1.29. */
const NEW_LABELS = {
  container: ["com.docker.compose.depends_on", "com.docker.compose.image"],
  network: ["com.docker.compose.config-hash"],
  volume: ["com.docker.compose.config-hash"],
};
/** Labels whose values say who made the thing: 1.29 writes paths as they were given, and hashes otherwise. */
const OTHER_VALUES = /^com\.docker\.compose\.(version|config-hash|project\.config_files)$/;

let cluster: Cluster;
let peer: DockerPeer;
let home: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), "skiff-peer-"));
  [cluster, peer] = await Promise.all([startCluster("t-compose-peer"), startDocker()]);
  const pulled = await cluster.skiff("pull busybox");
  assert.equal(pulled.code, 0, pulled.stderr);
  write("image/Dockerfile", IMAGE);
  const tags = NAMES.flatMap((name) => ["-t", name]);
  const built = await cluster.skiff(["build", "-q", ...tags, join(home, "image")]);
  assert.equal(built.code, 0, built.stderr);
  const archive = join(home, "images.tar");
  docker(cluster.dockerHost, "save", "-o", archive, ...NAMES);
  docker(peer.host, "load", "-i", archive);
  let port = FIRST_PORT;
  for (const [name, { builds, files = [] }] of Object.entries(PROJECTS)) {
    const text = readFileSync(`${OTHERS}${name}/compose.yaml`, "utf8");
    write(
      `${name}/compose.yaml`,
      text.replace(/(?<=- *'?)\d+:(?=\d+)/g, () => `${port++}:`),
    );
    for (const [context, stage] of Object.entries(builds))
      write(`${name}/${context}/Dockerfile`, `FROM peer-base AS ${stage}\nEXPOSE 99\n`);
    for (const file of files) write(`${name}/${file}`, "x\n");
  }
});
after(async () => {
  rmSync(home, { recursive: true, force: true });
  await peer?.[Symbol.asyncDispose]();
  await cluster?.[Symbol.asyncDispose]();
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

function docker(host: string, ...args: string[]): string {
  return execFileSync(peer.cli, args, {
    env: { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: "0" },
    encoding: "utf8",
  });
}

type Composer = (project: string, ...args: string[]) => Promise<void>;

const theirs: Composer = async (project, ...args) => {
  const { command, env } = dockerCompose();
  await must(command, args, project, { ...env, DOCKER_HOST: peer.host, HOME: home });
};
const ours =
  (host: string): Composer =>
  (project, ...args) =>
    must(SKIFF, ["compose", ...args], project, { ...cluster.env, DOCKER_HOST: host });

async function must(
  command: string,
  args: readonly string[],
  project: string,
  env: Record<string, string>,
): Promise<void> {
  const { code, stdout, stderr } = await run(command, args, { cwd: join(home, project), env, timeout: 120_000 });
  assert.equal(code, 0, `${command} ${args.join(" ")}\n${stdout}\n${stderr}`);
}

interface Labelled {
  readonly Labels: Readonly<Record<string, string>>;
}
type Inspected = Readonly<Record<string, unknown>>;

/** Brings the project up, describes what came of it, and takes it down. */
async function madeBy(compose: Composer, host: string, project: string) {
  await compose(project, "up", "-d");
  try {
    const labelled = `label=com.docker.compose.project=${project}`;
    const inspect = (kind: string, ...list: string[]): Inspected[] => {
      const ids = docker(host, ...list, "-q", "--filter", labelled)
        .trim()
        .split("\n")
        .filter(Boolean);
      return ids.length === 0 ? [] : JSON.parse(docker(host, kind, "inspect", ...ids));
    };
    return {
      containers: byLabel(inspect("container", "ps", "-a").map(containerOf), "com.docker.compose.service"),
      networks: byLabel(inspect("network", "network", "ls").map(networkOf), "com.docker.compose.network"),
      volumes: byLabel(inspect("volume", "volume", "ls").map(volumeOf), "com.docker.compose.volume"),
    };
  } finally {
    await compose(project, "down", "-v", "-t", "0");
  }
}

function byLabel<T extends Labelled>(found: readonly T[], label: string): Map<string, T> {
  return new Map(
    found.map((each): [string, T] => [each.Labels[label] ?? "", each]).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Compose 2 joins names with a dash, 1.29 with an underscore. */
const dashed = (name: string): string => name.replace(/^\//, "").replaceAll("_", "-");

function containerOf(given: Inspected) {
  const { Name, Config, HostConfig, Mounts, NetworkSettings, State } = given as unknown as {
    Name: string;
    Config: Record<string, unknown> & Labelled & { Image: string; Env: string[] };
    HostConfig: Record<string, unknown> & { RestartPolicy: { Name: string } };
    Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
    NetworkSettings: { Networks: Record<string, { Aliases: string[] | null }> };
    State: { Status: string };
  };
  const service = Config.Labels["com.docker.compose.service"] ?? "";
  return {
    Labels: Config.Labels,
    name: dashed(Name),
    image: dashed(Config.Image),
    state: State.Status,
    env: Config.Env.toSorted(),
    ...pick(Config, [
      "Cmd",
      "Entrypoint",
      "WorkingDir",
      "User",
      "ExposedPorts",
      "StopSignal",
      "Healthcheck",
      "Tty",
      "OpenStdin",
    ]),
    ...pick(HostConfig, ["PortBindings", "Privileged", "NetworkMode", "Memory", "NanoCpus"]),
    // "" is "no".
    restart: HostConfig.RestartPolicy.Name || "no",
    mounts: Mounts.map(({ Type, Name: name = "", Source, Destination, RW }) => {
      const anonymous = /^[0-9a-f]{64}$/.test(name);
      return [Destination, Type, anonymous ? "" : Type === "volume" ? name : Source, RW].join(" ");
    }).toSorted(),
    networks: Object.entries(NetworkSettings.Networks)
      .map(([name, { Aliases }]) => `${name} as ${Aliases?.includes(service) ? service : "nobody"}`)
      .toSorted(),
  };
}

// 1.29 made networks attachable, which means something to Swarm alone.
const networkOf = (given: Inspected) => ({
  Labels: (given as unknown as Labelled).Labels,
  ...pick(given, ["Name", "Driver", "Internal", "EnableIPv6", "Scope"]),
});

const volumeOf = (given: Inspected) => ({
  Labels: (given as unknown as Labelled).Labels,
  ...pick(given, ["Name", "Driver", "Options", "Scope"]),
});

function pick(from: Inspected, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
}

/** Everything but labels that are new or tell who made it. */
function comparable(found: Awaited<ReturnType<typeof madeBy>>) {
  const without = <T extends Labelled>(things: Map<string, T>, added: readonly string[]) =>
    [...things].map(([key, thing]) => {
      const labels = Object.entries(thing.Labels).filter(([name]) => !added.includes(name));
      const shown = labels.map(([name, value]) => (OTHER_VALUES.test(name) ? name : `${name}=${value}`));
      return { key, ...thing, Labels: shown.toSorted() };
    });
  return {
    containers: without(found.containers, NEW_LABELS.container),
    networks: without(found.networks, NEW_LABELS.network),
    volumes: without(found.volumes, NEW_LABELS.volume),
  };
}

describe("skiff compose and docker-compose 1.29", { concurrency: true }, () => {
  for (const project of Object.keys(PROJECTS)) {
    it(`make the same of ${project}`, async () => {
      const [wanted, onSkiff] = await Promise.all([
        madeBy(theirs, peer.host, project),
        madeBy(ours(cluster.dockerHost), cluster.dockerHost, project),
      ]);
      assert.ok(wanted.containers.size >= 3);
      assert.deepEqual(pickOurs(comparable(onSkiff), onSkiff), comparable(wanted));
      if (project !== ALSO_ON_DOCKERD) return;
      const onDockerd = await madeBy(ours(peer.host), peer.host, project);
      assert.deepEqual(pickOurs(comparable(onDockerd), onDockerd), comparable(wanted));
    });
  }
});

/** The same, once it is known that the new labels are there. */
function pickOurs<T>(shown: T, found: Awaited<ReturnType<typeof madeBy>>): T {
  for (const kind of ["container", "network", "volume"] as const)
    for (const { Labels } of found[`${kind}s`].values())
      for (const label of NEW_LABELS[kind]) assert.ok(label in Labels, `${label} in ${Object.keys(Labels)}`);
  return shown;
}
