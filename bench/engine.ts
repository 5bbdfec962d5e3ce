/**
 * `node bench/engine.ts`: running containers beside dockerd and podman, in turns: one run to its end, a program executed in one, fifty started at once, and what
 * the engine and each container hold in memory. The floor is `runc` alone on the same bundles. CPU time is that of the daemon, of what
 * it starts, of the clients and of the containers.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DOCKER_GROUP, startDocker } from "./docker-peer.ts";
import { loadGroup } from "./load-group.ts";
import { preparePodman } from "./podman-peer.ts";
import { startRuncs } from "./runc-floor.ts";
import { printTable, type Row } from "./table.ts";
import { type Cost, costOf, inTurns } from "./turns.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const NAME = "bench-engine";
const RUNS = 15;
const AT_ONCE = 50;
const ROUNDS = 3;
const SOCKET = `/run/skiff-${NAME}/docker.sock`;
const IDLE_MS = 5000;

/** The rows of run and exec, of fifty containers and of memory. */
export async function engineRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-engine-"));
  const env = { ...process.env, SKIFF_NAME: NAME, SKIFF_DATA: join(home, "data") };
  await using ourGroup = loadGroup("skiff", [`skiff-${NAME}`]);
  await using dockerGroup = loadGroup("docker", [DOCKER_GROUP]);
  await using podmanGroup = loadGroup("podman", ["libpod_parent"]);
  await using floorGroup = loadGroup("runc", ["bench-runc"]);
  await using engine = await startEngine([...ourGroup.enter, SKIFF], env);
  try {
    await using docker = await startDocker({ enter: dockerGroup.enter });
    using podman = preparePodman();
    const archive = busyboxArchive(home);
    const podmanWords = [...podmanGroup.enter, ...podman.enter, podman.podman];
    for (const host of [`unix://${SOCKET}`, docker.host])
      run([docker.cli, "import", archive, "busybox"], { ...process.env, DOCKER_HOST: host });
    run([...podmanWords, "import", archive, "busybox"], podman.env);
    await delay(IDLE_MS);
    const idle = { ours: ourGroup.memory().bytes, peer: dockerGroup.memory().bytes };

    const start = ["run", "-d", "--name", "target", "busybox", "sleep", "1000"];
    const ours = { ...process.env, DOCKER_HOST: `unix://${SOCKET}` };
    const theirs = { ...process.env, DOCKER_HOST: docker.host };
    run([docker.cli, ...start], theirs);
    run([...podmanWords, ...start], podman.env);
    const target = run([docker.cli, ...start], ours).trim();
    let removeRuncs = (): void => undefined;
    const alone = async (count: number): Promise<void> => {
      const bundle = `/run/skiff-${NAME}/c/${target}`;
      removeRuncs = await startRuncs({ bundle, count, enter: floorGroup.enter });
    };
    // Without groups: entering one takes as long as a good part of a run.
    const runToEnd = ["run", "--rm", "busybox", "true"];
    const runTurns: Record<"ours" | "skiff" | "docker" | "floor", () => void | Promise<void>> = {
      ours: () => void run([docker.cli, ...runToEnd], ours),
      skiff: () => void run([SKIFF, ...runToEnd], env),
      docker: () => void run([docker.cli, ...runToEnd], theirs),
      floor: () => alone(1),
    };
    const turns: Record<Subject, () => void> = {
      ours: () => void run([...ourGroup.enter, docker.cli, "exec", "target", "true"], ours),
      docker: () => void run([...dockerGroup.enter, docker.cli, "exec", "target", "true"], theirs),
      podman: () => void run([...podmanWords, "exec", "target", "true"], podman.env),
      floor: () =>
        void run([...floorGroup.enter, "runc", `--root=/run/skiff-${NAME}/r`, "exec", target, "true"], process.env),
    };
    const groups = { ours: ourGroup, docker: dockerGroup, podman: podmanGroup, floor: floorGroup };
    const afterRun = async (who: keyof typeof runTurns) => {
      if (who === "floor") removeRuncs();
    };
    const runs = await inTurns(runTurns, { ...groups, skiff: ourGroup }, RUNS, afterRun);
    const execs = await inTurns(turns, groups, RUNS);

    const each = { ours: 0, docker: 0 };
    const many: Record<"ours" | "docker" | "floor", () => Promise<void>> = {
      ours: () => startMany(SOCKET),
      docker: () => startMany(docker.host.slice("unix://".length)),
      floor: () => alone(AT_ONCE),
    };
    const sockets = { ours: SOCKET, docker: docker.host.slice("unix://".length) };
    const between = async (who: "ours" | "docker" | "floor") => {
      if (who === "floor") {
        removeRuncs();
        return;
      }
      const full = groups[who].memory().bytes;
      await removeMany(sockets[who]);
      each[who] = full - groups[who].memory().bytes;
    };
    const fifty = await inTurns(many, groups, ROUNDS, between);
    run([docker.cli, "rm", "-f", "target"], theirs);
    const peers = (costs: Record<Subject, Cost>) =>
      `docker ${docker.version}: ${costOf(costs.docker)}; podman ${podman.version}: ${costOf(costs.podman)}; runc alone: ${costOf(costs.floor)}`;
    return [
      {
        what: `docker run --rm busybox true (median of ${RUNS})`,
        measured: `${ms(runs.ours)}, ${ratio(runs)} ×`,
        peer: `docker ${docker.version}: ${ms(runs.docker)}; runc run alone: ${ms(runs.floor)}`,
        target: "≤ 1/4 of docker",
        met: runs.ours.wall <= runs.docker.wall / 4,
      },
      {
        what: `skiff run --rm busybox true (median of ${RUNS})`,
        measured: `${ms(runs.skiff)}, ${ratio({ ours: runs.skiff, docker: runs.docker })} ×`,
        peer: `docker ${docker.version}: ${ms(runs.docker)}`,
        target: "≤ 1/4 of docker",
        met: runs.skiff.wall <= runs.docker.wall / 4,
      },
      {
        what: `docker exec, true (median of ${RUNS})`,
        measured: `${costOf(execs.ours)}, ${ratio(execs)} ×`,
        peer: peers(execs),
        target: "≤ 1/2 of docker",
        met: execs.ours.wall <= execs.docker.wall / 2,
      },
      {
        what: `${AT_ONCE} containers created and started at once (median of ${ROUNDS})`,
        measured: `${costOf(fifty.ours)}, ${ratio(fifty)} ×`,
        peer: `docker ${docker.version}: ${costOf(fifty.docker)}; runc alone: ${costOf(fifty.floor)}`,
        target: "≤ 1/3 of docker",
        met: fifty.ours.wall <= fifty.docker.wall / 3,
      },
      {
        what: "proportional memory of the idle engine",
        measured: mib(idle.ours),
        peer: `dockerd and containerd: ${mib(idle.peer)}`,
        target: "≤ dockerd and containerd",
        met: idle.ours <= idle.peer,
      },
      {
        what: "memory per running container, besides its own",
        measured: mib(each.ours / AT_ONCE),
        peer: `docker ${docker.version}: ${mib(each.docker / AT_ONCE)}`,
        target: "≤ 3 MB",
        met: each.ours / AT_ONCE <= 3e6,
      },
    ];
  } finally {
    await engine.stop();
    run([SKIFF, "down", "--purge"], env);
    rmSync(home, { recursive: true, force: true });
  }
}

/** `skiff engine`, until it is stopped. */
async function startEngine(
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<AsyncDisposable & { stop(): Promise<void> }> {
  const [command = "", ...args] = [...words, "engine", "--log-file", "--ready-fd", "3"];
  const child = spawn(command, args, { env, stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const ready = child.stdio[3];
  if (!ready) throw new Error("no pipe");
  await Promise.race([once(ready, "data"), once(child, "exit")]);
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

type Subject = "ours" | "docker" | "podman" | "floor";

function run(words: readonly string[], env: NodeJS.ProcessEnv): string {
  const [command = "", ...args] = words;
  return execFileSync(command, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function busyboxArchive(home: string): string {
  const root = join(home, "busybox");
  mkdirSync(join(root, "bin"), { recursive: true });
  cpSync(execFileSync("sh", ["-c", "command -v busybox"], { encoding: "utf8" }).trim(), join(root, "bin/busybox"));
  for (const name of ["sh", "true", "sleep"]) execFileSync("ln", ["-s", "busybox", join(root, "bin", name)]);
  execFileSync("tar", ["-C", root, "-cf", join(home, "busybox.tar"), "."]);
  return join(home, "busybox.tar");
}

/** Fifty containers by way of the API, all requested at once. */
async function startMany(socketPath: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const body = { Image: "busybox", Cmd: ["sleep", "1000"] };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, index) => {
      await ask(agent, socketPath, "POST", `/containers/create?name=many-${index}`, body);
      await ask(agent, socketPath, "POST", `/containers/many-${index}/start`);
    }),
  );
  agent.destroy();
}

async function removeMany(socketPath: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      ask(agent, socketPath, "DELETE", `/containers/many-${index}?force=1`),
    ),
  );
  agent.destroy();
}

async function ask(agent: Agent, socketPath: string, method: string, path: string, body?: object): Promise<void> {
  const call = request({ agent, socketPath, method, path, headers: { "content-type": "application/json" } });
  call.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(call, "response")) as [NodeJS.ReadableStream & { readonly statusCode: number }];
  let text = "";
  for await (const chunk of response) text += String(chunk);
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
}

function ratio({ ours, docker }: Readonly<Record<"ours" | "docker", Cost>>): string {
  return (ours.wall / docker.wall).toFixed(2);
}

function ms({ wall }: Cost): string {
  return `${wall.toFixed(0)} ms`;
}

function mib(bytes: number): string {
  return `${(bytes / (1 << 20)).toFixed(1)} MiB`;
}

if (import.meta.main) {
  const rows = await engineRows();
  process.stdout.write(`${readFileSync("/proc/cpuinfo", "utf8").match(/model name\s*: (.*)/)?.[1]}\n\n`);
  printTable(rows);
}
