/**
 * `node bench/compose.ts`: a project of ten independent services, brought up for the first time, brought up again without a change, and
 * with a change in one, beside docker-compose 1.29 on dockerd, in turns. Needs root, and nothing else busy on the machine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../test/support/run.ts";
import { dockerCompose } from "../test/support/tools.ts";
import { type DockerPeer, startDocker } from "./docker-peer.ts";
import { median, printTable, type Row } from "./table.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const RUNS = 5;
const SERVICES = 10;
/** Milliseconds after which a command counts as stuck. */
const LIMIT = 120_000;

type Composer = (...args: string[]) => Promise<void>;

/** Rows for the first `up`, one without a change, and one with a change in one service. */
export async function composeRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-compose-"));
  const project = join(home, "ten");
  mkdirSync(project);
  const env = { ...process.env, SKIFF_NAME: "bench-compose", SKIFF_DATA: join(home, "data") };
  const skiff = (...args: string[]) => must(SKIFF, args, { env });
  await skiff("up");
  try {
    await skiff("pull", "busybox");
    await using docker = await startDocker();
    const archive = join(home, "busybox.tar");
    const save = { ...process.env, DOCKER_HOST: "unix:///run/skiff-bench-compose/docker.sock" };
    execFileSync(docker.cli, ["save", "-o", archive, "busybox"], { env: save });
    execFileSync(docker.cli, ["load", "-i", archive], {
      env: { ...process.env, DOCKER_HOST: docker.host },
      stdio: "pipe",
    });
    const { command, env: python } = dockerCompose();
    const theirs: Composer = (...args) =>
      must(command, args, { cwd: project, env: { ...process.env, ...python, DOCKER_HOST: docker.host, HOME: home } });
    const ours: Composer = (...args) => must(SKIFF, ["compose", ...args], { cwd: project, env });
    return await measure({ ours, peer: theirs }, project, docker);
  } finally {
    await skiff("down", "--purge");
    rmSync(home, { recursive: true, force: true });
  }
}

type Times = Readonly<Record<"ours" | "peer", number[]>>;

async function measure(
  composers: Readonly<Record<keyof Times, Composer>>,
  project: string,
  docker: DockerPeer,
): Promise<Row[]> {
  const times = { first: turns(), again: turns(), one: turns(), down: turns() };
  for (let run = 0; run <= RUNS; run++) {
    for (const [name, compose] of Object.entries(composers) as [keyof Times, Composer][]) {
      const timed = async (kind: keyof typeof times, ...args: string[]): Promise<void> => {
        const started = performance.now();
        await compose(...args);
        // The first turn warms caches.
        if (run > 0) times[kind][name].push(performance.now() - started);
      };
      writeFileSync(join(project, "docker-compose.yml"), file("600"));
      await timed("first", "up", "-d");
      await timed("again", "up", "-d");
      writeFileSync(join(project, "docker-compose.yml"), file("601"));
      await timed("one", "up", "-d");
      await timed("down", "down", "-t", "0");
    }
  }
  const row = (
    what: string,
    { ours, peer }: Times,
    target: string,
    met: (ours: number, ratio: number) => boolean,
  ): Row => {
    const ratio = median(ours) / median(peer);
    return {
      what: `${what} (median of ${RUNS})`,
      measured: `${median(ours).toFixed(0)} ms (${ratio.toFixed(2)} ×)`,
      peer: `docker-compose 1.29, docker ${docker.version}: ${median(peer).toFixed(0)} ms`,
      target,
      met: met(median(ours), ratio),
    };
  };
  return [
    row(`first up of ${SERVICES} services`, times.first, "≤ 1/3 ×", (_, ratio) => ratio <= 1 / 3),
    row("up without a change", times.again, "≤ 300 ms", (ours) => ours <= 300),
    row("up with one service changed", times.one, "≤ 1/3 ×", (_, ratio) => ratio <= 1 / 3),
    row("down", times.down, "≤ 1/3 ×", (_, ratio) => ratio <= 1 / 3),
  ];
}

function turns(): Times {
  return { ours: [], peer: [] };
}

/** Ten services that do nothing and end at once when told to; the last one for another while. */
function file(last: string): string {
  const services = Array.from({ length: SERVICES }, (_, index) => {
    const seconds = index === SERVICES - 1 ? last : "600";
    return `  web${index}:\n    image: busybox\n    command: sleep ${seconds}\n    stop_signal: SIGKILL\n`;
  });
  return `version: "3.7"\nservices:\n${services.join("")}`;
}

// Not synchronously: the peer's log is read meanwhile, and a peer that cannot write it stands still.
async function must(command: string, args: readonly string[], { env, cwd }: { cwd?: string; env: NodeJS.ProcessEnv }) {
  const { code, stdout, stderr } = await run(command, args, {
    env: env as Record<string, string>,
    timeout: LIMIT,
    ...(cwd ? { cwd } : {}),
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
}

if (import.meta.main) {
  const rows = await composeRows();
  process.stdout.write(`${readFileSync("/proc/cpuinfo", "utf8").match(/model name\s*: (.*)/)?.[1]}\n\n`);
  printTable(rows);
}
