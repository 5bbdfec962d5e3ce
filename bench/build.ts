/**
 * `node bench/build.ts`: a Dockerfile of ten steps over a context of 200 files, built clean and built again without a change, beside
 * dockerd's BuildKit and buildah, in turns. Needs root, and nothing else busy on the machine.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DOCKER_GROUP, startDocker } from "./docker-peer.ts";
import { loadGroup } from "./load-group.ts";
import { preparePodman } from "./podman-peer.ts";
import { printTable, type Row } from "./table.ts";
import { type Cost, costOf, inTurns } from "./turns.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const NAME = "bench-build";
const RUNS = 5;
const FILES = 200;
/** Milliseconds after which a build counts as stuck. */
const LIMIT = 30_000;

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

/** Rows for a clean build and a rebuild without a change. */
export async function buildRows(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-build-"));
  const env = { ...process.env, SKIFF_NAME: NAME, SKIFF_DATA: join(home, "data") };
  const context = join(home, "context");
  makeContext(context);
  await using ourGroup = loadGroup("skiff", [`skiff-${NAME}`]);
  await using dockerGroup = loadGroup("docker", [DOCKER_GROUP, "docker"]);
  await using podmanGroup = loadGroup("podman", ["libpod_parent", "buildah"]);
  await using floorGroup = loadGroup("floor");
  const groups = { ours: ourGroup, docker: dockerGroup, buildah: podmanGroup, floor: floorGroup };
  run([...ourGroup.enter, SKIFF, "up"], env);
  try {
    run([SKIFF, "pull", "busybox"], env);
    await using docker = await startDocker({ enter: dockerGroup.enter });
    using podman = preparePodman();
    const archive = join(home, "busybox.tar");
    const theirs = { ...process.env, DOCKER_HOST: docker.host, DOCKER_BUILDKIT: "1" };
    run([docker.cli, "save", "-o", archive, "busybox"], {
      ...theirs,
      DOCKER_HOST: `unix:///run/skiff-${NAME}/docker.sock`,
    });
    run([docker.cli, "load", "-i", archive], theirs);
    run([...podman.enter, podman.podman, "load", "-i", archive], podman.env);
    const buildah = [...podmanGroup.enter, ...podman.enter, podman.buildah, "bud", "--layers", "--pull-never"];
    const builds = (clean: boolean): Record<Subject, () => void> => {
      const flags = ["-t", "bench", ...(clean ? ["--no-cache"] : []), context];
      return {
        ours: () => run([...ourGroup.enter, SKIFF, "build", ...flags], env),
        docker: () => run([...dockerGroup.enter, docker.cli, "build", ...flags], theirs),
        buildah: () => run([...buildah, ...flags], podman.env),
        floor: () => run([...floorGroup.enter, "sh", "-ec", clean ? CLEAN_FLOOR : REBUILD_FLOOR, "sh", context], env),
      };
    };
    const clean = await inTurns(builds(true), groups, RUNS);
    const again = await inTurns(builds(false), groups, RUNS);
    const peers = (costs: Record<Subject, Cost>) =>
      `docker ${docker.version}, BuildKit: ${costOf(costs.docker)}; buildah of podman ${podman.version}: ${costOf(costs.buildah)}`;
    return [
      {
        ...row(`clean build (median of ${RUNS})`, clean, 0.8),
        peer: `${peers(clean)}; sh, tar and gzip alone: ${costOf(clean.floor)}`,
      },
      {
        ...row(`rebuild without a change (median of ${RUNS})`, again, 0.2),
        peer: `${peers(again)}; tar and sha256sum alone: ${costOf(again.floor)}`,
      },
    ];
  } finally {
    run([SKIFF, "down", "--purge"], env);
    rmSync(home, { recursive: true, force: true });
  }
}

type Subject = "ours" | "docker" | "buildah" | "floor";

/** The steps' own work, without containers: copying, running, packing what came of it. */
const CLEAN_FLOOR = `
root=$(mktemp -d)
mkdir $root/modules && for i in $(seq 100); do echo $i > $root/modules/$i; done
cp -a $1/. $root/
cat $root/src/* > $root/bundle
echo built > $root/stamp
tar -C $root -c . | gzip -1 > $root.tar.gz
rm -r $root $root.tar.gz`;
/** Reading what the files are, to know that nothing changed. */
const REBUILD_FLOOR = "tar -C $1 -c . | sha256sum";

function run([command = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): void {
  execFileSync(command, args, { env, stdio: "pipe", timeout: LIMIT, killSignal: "SIGKILL" });
}

function row(what: string, { ours, docker, buildah }: Readonly<Record<Subject, Cost>>, target: number): Row {
  const ratio = ours.wall / Math.min(docker.wall, buildah.wall);
  return {
    what,
    measured: `${costOf(ours)}, ${ratio.toFixed(2)} ×`,
    target: `≤ ${target} × the best`,
    met: ratio <= target,
  };
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
