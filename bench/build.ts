/**
 * `node bench/build.ts`: a Dockerfile of ten steps over a context of 200 files, built clean and built again without a change, beside
 * dockerd's BuildKit, in turns. Needs root, and nothing else busy on the machine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DockerPeer, startDocker } from "./docker-peer.ts";
import { median, printTable, type Row } from "./table.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const RUNS = 3;
const FILES = 200;
/** Milliseconds after which a build of the peer counts as stuck. */
const LIMIT = 20_000;

const DOCKERFILE = `FROM busybox
WORKDIR /app
COPY package.json ./
RUN mkdir modules && for i in $(seq 100); do echo $i > modules/$i; done
ENV MODE=production
COPY . .
RUN cat src/* > bundle
RUN echo built > stamp
LABEL stage=bench
CMD ["cat", "/app/bundle"]
`;

type Build = (clean: boolean) => void;

/** Rows for a clean build and a rebuild without a change. */
export async function buildRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-build-"));
  const env = { ...process.env, SKIFF_NAME: "bench-build", SKIFF_DATA: join(home, "data") };
  const skiff = (...args: string[]) => void execFileSync(SKIFF, args, { env, stdio: "pipe" });
  const context = join(home, "context");
  makeContext(context);
  skiff("up");
  try {
    skiff("pull", "busybox");
    await using docker = await startDocker();
    const archive = join(home, "busybox.tar");
    execFileSync(docker.cli, ["save", "-o", archive, "busybox"], {
      env: { ...process.env, DOCKER_HOST: "unix:///run/skiff-bench-build/docker.sock" },
    });
    execFileSync(docker.cli, ["load", "-i", archive], { env: peerEnv(docker, "0"), stdio: "pipe" });
    const ours: Build = (clean) => skiff("build", "-t", "bench", ...(clean ? ["--no-cache"] : []), context);
    const theirs: Build = (clean) => {
      const args = ["build", "-t", "bench", ...(clean ? ["--no-cache"] : []), context];
      execFileSync(docker.cli, args, { env: peerEnv(docker, "1"), stdio: "pipe", timeout: LIMIT });
    };
    const subjects = { ours, peer: theirs };
    return [
      row(docker, `clean build (median of ${RUNS})`, measure(subjects, true), 0.8),
      row(docker, `rebuild without a change (median of ${RUNS})`, measure(subjects, false), 0.2),
    ];
  } finally {
    skiff("down", "--purge");
    rmSync(home, { recursive: true, force: true });
  }
}

type Times = Readonly<Record<"ours" | "peer", number>>;

function measure(subjects: Readonly<Record<keyof Times, Build>>, clean: boolean): Times {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (const build of Object.values(subjects)) build(clean);
  for (let turn = 0; turn < RUNS; turn++) {
    for (const [name, build] of Object.entries(subjects) as [keyof Times, Build][]) {
      const started = performance.now();
      build(clean);
      times[name].push(performance.now() - started);
    }
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function row({ version }: DockerPeer, what: string, { ours, peer }: Times, target: number): Row {
  const ratio = ours / peer;
  return {
    what,
    measured: `${ours.toFixed(0)} ms (${ratio.toFixed(2)} ×)`,
    peer: `docker ${version}, BuildKit: ${peer.toFixed(0)} ms`,
    target: `≤ ${target} ×`,
    met: ratio <= target,
  };
}

function peerEnv({ host }: DockerPeer, buildkit: "0" | "1"): NodeJS.ProcessEnv {
  return { ...process.env, DOCKER_HOST: host, DOCKER_BUILDKIT: buildkit };
}

function makeContext(context: string): void {
  mkdirSync(join(context, "src"), { recursive: true });
  writeFileSync(join(context, "Dockerfile"), DOCKERFILE);
  writeFileSync(join(context, "package.json"), "{}\n");
  for (let i = 0; i < FILES; i++) writeFileSync(join(context, "src", `${i}.txt`), `${i} `.repeat(2000));
}

if (import.meta.main) {
  const rows = await buildRows();
  process.stdout.write(`${readFileSync("/proc/cpuinfo", "utf8").match(/model name\s*: (.*)/)?.[1]}\n\n`);
  printTable(rows);
}
