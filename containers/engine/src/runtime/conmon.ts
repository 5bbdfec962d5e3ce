/** Starting `conmon`, the small program that holds one container: its standard streams, its log, and its exit code. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { identify, isSystemError, type Spawned, signalProcess, spawnProgram, watchProcess } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";

/** Where the parts of one container's run lie. All below the runtime directory. */
export interface RunPaths {
  readonly bundle: string;
  readonly attach: string;
  readonly control: string;
  readonly resize: string;
  readonly exitFile: string;
  readonly oomFile: string;
  readonly pidFile: string;
  readonly conmonPidFile: string;
  readonly runtimeState: string;
  readonly execFifo: string;
}

/** Paths of container `id` below an engine's runtime directory. */
export function runPaths(runDir: string, id: string): RunPaths {
  const bundle = join(runDir, "c", id);
  return {
    bundle,
    attach: join(bundle, "attach"),
    control: join(bundle, "ctl"),
    resize: join(bundle, "winsz"),
    exitFile: join(runDir, "exits", id),
    oomFile: join(bundle, "oom"),
    pidFile: join(bundle, "pid"),
    conmonPidFile: join(bundle, "conmon.pid"),
    runtimeState: join(runDir, "r", id),
    execFifo: join(runDir, "r", id, "exec.fifo"),
  };
}

export interface ConmonOptions {
  readonly id: string;
  readonly name: string;
  readonly runDir: string;
  readonly runtime: string;
  /** CRI-format log; undefined keeps none. */
  readonly logPath: string | undefined;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  /** Called when conmon runs: its attach socket is about to appear in the bundle, well before the container exists. */
  readonly spawned?: (() => void) | undefined;
}

/** The arguments for one container. */
export function conmonArguments(o: ConmonOptions): string[] {
  const paths = runPaths(o.runDir, o.id);
  return [
    ...["--api-version", "1", "--cid", o.id, "--cuuid", o.id, "--name", o.name],
    ...["--runtime", o.runtime, "--runtime-arg", `--root=${join(o.runDir, "r")}`],
    ...["--bundle", paths.bundle, "--full-attach", "--no-sync-log"],
    ...["--container-pidfile", paths.pidFile, "--conmon-pidfile", paths.conmonPidFile],
    ...["--exit-dir", join(o.runDir, "exits"), "--persist-dir", paths.bundle],
    ...["--log-path", o.logPath === undefined ? "none:" : `k8s-file:${o.logPath}`, "--log-level", "error"],
    ...(o.tty ? ["--terminal"] : []),
    ...(o.stdin ? ["--stdin"] : []),
    ...(o.stdin && !o.stdinOnce ? ["--leave-stdin-open"] : []),
  ];
}

/**
 * Creates the container through conmon. Resolves with the id of its first process, which waits to be started. Rejects with "invalid" and
 * the runtime's words when the runtime refuses. Conmon itself stays, as a child of init.
 */
export async function startConmon(o: ConmonOptions): Promise<number> {
  return await launch(conmonArguments(o), runPaths(o.runDir, o.id).bundle, o.spawned);
}

/** What conmon is to hold besides a container's own program: another one in it, with a terminal that nobody is attached to. */
export interface ConmonExecOptions {
  readonly container: string;
  readonly runDir: string;
  readonly runtime: string;
  /** A directory of its own, with the program in `process.json`. In it conmon leaves `pid`, `conmon.pid`, and the exit code in a file named after the container. */
  readonly directory: string;
}

/** Starts the program through conmon, which holds its terminal. Resolves with its process id. Rejects as `startConmon` does. */
export async function startConmonExec({ container, runDir, runtime, directory }: ConmonExecOptions): Promise<number> {
  const words = [
    ...["--api-version", "1", "--cid", container, "--cuuid", container, "--name", container],
    ...["--runtime", runtime, "--runtime-arg", `--root=${join(runDir, "r")}`],
    ...["--bundle", directory, "--full-attach", "--exec", "--exec-process-spec", join(directory, "process.json")],
    ...["--container-pidfile", join(directory, "pid"), "--conmon-pidfile", join(directory, "conmon.pid")],
    ...["--exit-dir", directory, "--log-path", "none:", "--log-level", "error", "--terminal"],
  ];
  return await launch(words, directory);
}

async function launch(words: readonly string[], cwd: string, spawned?: () => void): Promise<number> {
  const [, , stderr, sync] = conmonPipes(words, cwd);
  if (!sync) throw new EngineError("internal", "Cannot start conmon: no pipe");
  spawned?.();
  const complaints: Buffer[] = [];
  stderr?.on("data", (chunk: Buffer) => complaints.push(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = "";
  const report = (): void => {
    const line = text.split("\n").find((each) => each.startsWith("{"));
    const words = Buffer.concat(complaints).toString().trim();
    if (line === undefined) {
      reject(new EngineError("internal", `Cannot create the container: conmon ended early. ${words}`));
      return;
    }
    const { pid, data, message } = JSON.parse(line) as { pid?: number; data?: number; message?: string };
    const number = pid ?? data ?? -1;
    if (number > 0) resolve(number);
    else reject(new EngineError("invalid", runtimeMessage(message ?? words)));
  };
  sync.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (!text.includes("\n")) return;
    report();
    sync.destroy();
    stderr?.destroy();
  });
  sync.on("end", report);
  return promise;
}

function conmonPipes(words: readonly string[], cwd: string): Spawned["pipes"] {
  try {
    return spawnProgram("conmon", words, {
      cwd,
      stdio: ["ignore", "ignore", "pipe", "pipe"],
      // The descriptor that conmon reports the process id on.
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "_OCI_SYNCPIPE=3"],
      newSession: true,
    }).pipes;
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "EACCES", "EAGAIN", "ENOMEM", "EMFILE")) throw error;
    throw new EngineError("internal", `Cannot start conmon: ${error.message}`, { cause: error });
  }
}

const SIGKILL = 9;

/** Ends the conmon of a run, and the runtime it may still be waiting for. Resolves when it is gone; at once when there is none. */
export async function endConmon({ conmonPidFile }: RunPaths, id: string): Promise<void> {
  try {
    const pid = Number(await readFile(conmonPidFile, "utf8"));
    const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8");
    const process = identify(pid);
    // The number may be another process's by now.
    if (!process || !commandLine.split("\0").includes(id)) return;
    const gone = new Promise<void>((resolve) => watchProcess(process, resolve));
    signalProcess(process, SIGKILL);
    await gone;
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ESRCH")) throw error;
  }
}

/** The part of the runtime's complaint that tells a person something. */
export function runtimeMessage(text: string): string {
  const lines = text.split("\n").filter(Boolean);
  const last =
    lines.findLast((line) => /error|fail|level=/i.test(line)) ?? lines.at(-1) ?? "the runtime gave no reason";
  const quoted = /msg="((?:[^"\\]|\\.)*)"/.exec(last)?.[1];
  return (quoted ? quoted.replace(/\\(.)/g, "$1") : last).trim();
}
