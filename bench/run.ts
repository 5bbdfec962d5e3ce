/**
 * `node bench/run.ts`: everything that has a target, on an instance of its own, beside its peer where one can be had. Prints one
 * table. Needs root, and nothing else busy on the machine.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDocker } from "./docker-peer.ts";
import { listRows } from "./list.ts";
import { overloadRows } from "./overload.ts";
import { podRows } from "./pods.ts";
import { median, printTable, type Row } from "./table.ts";
import { writeRows } from "./writes.ts";

const SKIFF = new URL("../skiff", import.meta.url).pathname;
const EXAMPLE = new URL("../examples/guestbook", import.meta.url).pathname;
const RUNS = 15;

const home = mkdtempSync(join(tmpdir(), "skiff-bench-"));
const env = { ...process.env, SKIFF_NAME: "bench", SKIFF_DATA: join(home, "data") };

function skiff(...args: string[]): number {
  const started = performance.now();
  const done = spawnSync(SKIFF, args, { env, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`skiff ${args.join(" ")}: ${done.stdout}${done.stderr}`);
  return performance.now() - started;
}

function ms(value: number): string {
  return value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(2)} s`;
}

const step = (title: string): void => void process.stderr.write(`… ${title}\n`);

/** `skiff up` with everything installed and the state there. */
function upRow(): Row {
  const times = Array.from({ length: 3 }, () => {
    skiff("down");
    return skiff("up");
  });
  const value = median(times);
  return {
    what: "skiff up, warm, to node Ready (median of 3)",
    measured: ms(value),
    target: "≤ 3 s",
    met: value <= 3000,
  };
}

/** `skiff run --rm busybox true`, turn by turn with docker's. */
async function runRow(): Promise<Row> {
  await using docker = await startDocker();
  const dockerEnv = { ...process.env, DOCKER_HOST: docker.host };
  skiff("pull", "busybox");
  const root = mkdtempSync(join(tmpdir(), "skiff-busybox-"));
  const install = `mkdir ${root}/bin && cp "$(command -v busybox)" ${root}/bin/busybox && ln -s busybox ${root}/bin/true`;
  execFileSync("sh", ["-c", `${install} && tar -C ${root} -c . | ${docker.cli} import - busybox`], {
    env: dockerEnv,
    stdio: "ignore",
  });
  rmSync(root, { recursive: true });
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    ours.push(skiff("run", "--rm", "busybox", "true"));
    const started = performance.now();
    execFileSync(docker.cli, ["run", "--rm", "busybox", "true"], { env: dockerEnv });
    theirs.push(performance.now() - started);
  }
  const ratio = median(ours) / median(theirs);
  return {
    what: `run --rm busybox true (median of ${RUNS})`,
    measured: `${ms(median(ours))} (${ratio.toFixed(2)} ×)`,
    peer: `docker ${docker.version}: ${ms(median(theirs))}`,
    target: "≤ 1/3 of docker",
    met: ratio <= 1 / 3,
  };
}

/** Resident memory of the server's and the node's process, with the guestbook running and nothing asked of it. */
function memoryRow(): Row {
  skiff("up", EXAMPLE);
  execFileSync("sleep", ["30"]);
  const status = JSON.parse(execFileSync(SKIFF, ["status", "--json"], { env, encoding: "utf8" }));
  const mib = (status.server.residentBytes + status.agent.residentBytes) / (1 << 20);
  const each = [status.server, status.agent].map(({ residentBytes }) => Math.round(residentBytes / (1 << 20)));
  return {
    what: "resident memory, idle with the guestbook",
    measured: `${mib.toFixed(0)} MiB (server ${each[0]}, node ${each[1]})`,
    target: "≤ 300 MB",
    met: mib <= 286,
  };
}

const rows: Row[] = [];
try {
  step("skiff up");
  skiff("up");
  rows.push(upRow());
  step("skiff run");
  rows.push(await runRow());
  step("memory");
  rows.push(memoryRow());
  step("Pods");
  rows.push(...(await podRows(join(home, "data", "kubeconfig"))));
} finally {
  skiff("down", "--purge");
  rmSync(home, { recursive: true, force: true });
}
step("API");
rows.push(...(await listRows()), ...(await writeRows()), ...(await overloadRows()));
process.stdout.write(
  `${readFileSync("/proc/cpuinfo", "utf8").match(/model name\s*: (.*)/)?.[1]}, Node ${process.version}\n\n`,
);
printTable(rows);
