/** `skiff engine` for a test file: the container half alone, killed and started again as the test likes, and removed without a trace. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SKIFF, words } from "./cluster.ts";
import { type Finished, type RunOptions, run } from "./run.ts";
import { dockerCli } from "./tools.ts";

export interface EngineInstance extends AsyncDisposable {
  readonly name: string;
  readonly data: string;
  /** Path of the Docker Engine API's socket. */
  readonly socket: string;
  /** Process of the engine that runs now. */
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  /** Runs the real docker CLI and gives what it left, whatever the exit code. */
  docker(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
  /** Runs the docker CLI, requires exit code 0, gives its standard output without the last line's end. */
  ok(args: readonly string[] | string, options?: RunOptions): Promise<string>;
  skiff(args: readonly string[] | string, options?: RunOptions): Promise<Finished>;
  /** Ends the engine as a crash does; containers stay. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts the engine again, with other options when some are given; resolves when it answers. */
  start(options?: readonly string[]): Promise<void>;
  /** Starts the engine and kills it that many milliseconds later, whether it answers by then or not. */
  startAndKill(milliseconds: number): Promise<void>;
  /** What the engine has logged. */
  log(): string;
}

/** Starts an engine in `data`, a temporary directory unless given. Disposing of it is `skiff down --purge`. */
export async function startEngine(
  name: string,
  o: { readonly data?: string; readonly options?: readonly string[] } = {},
): Promise<EngineInstance> {
  const home = mkdtempSync(join(tmpdir(), `skiff-${name}-`));
  const data = o.data ?? join(home, "data");
  const logFile = join(home, "engine.log");
  const socket = `/run/skiff-${name}/docker.sock`;
  const env = {
    ...{ SKIFF_NAME: name, SKIFF_DATA: data, HOME: home },
    ...{ DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: "0" },
  };
  let options = o.options ?? [];
  let child: ChildProcess;
  const launch = (): void => {
    child = spawn(SKIFF, ["engine", "--ready-fd", "3", ...options], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe", "pipe"],
    });
    child.stderr?.on("data", (chunk) => appendFileSync(logFile, chunk));
  };
  const spawnEngine = async (): Promise<void> => {
    launch();
    const ready = child.stdio[3];
    assert.ok(ready && "on" in ready);
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`skiff engine ended with ${code}: ${readFileSync(logFile, "utf8")}`);
    });
    ended.catch(() => undefined);
    await Promise.race([once(ready, "data"), ended]);
    ready.destroy();
  };
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const instance: EngineInstance = {
    ...{ name, data, socket, env, kill },
    get pid() {
      return child.pid ?? -1;
    },
    docker: (args, more) => run(dockerCli(), words(args), { ...more, env: { ...env, ...more?.env } }),
    async ok(args, more) {
      const done = await instance.docker(args, more);
      assert.equal(done.code, 0, `docker ${words(args).join(" ")}\n${done.stdout}\n${done.stderr}`);
      return done.stdout.trimEnd();
    },
    skiff: (args, more) => run(SKIFF, words(args), { timeout: 120_000, ...more, env: { ...env, ...more?.env } }),
    async start(given) {
      options = given ?? options;
      await spawnEngine();
    },
    async startAndKill(milliseconds) {
      launch();
      await delay(milliseconds);
      await kill();
    },
    log: () => readFileSync(logFile, "utf8"),
    async [Symbol.asyncDispose]() {
      const down = await instance.skiff("down --purge");
      rmSync(home, { recursive: true, force: true });
      assert.equal(down.code, 0, down.stderr);
    },
  };
  try {
    await spawnEngine();
  } catch (error) {
    await instance[Symbol.asyncDispose]();
    throw error;
  }
  return instance;
}
