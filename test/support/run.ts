/** Running a client and looking at what it says. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** What a finished program left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  /** Milliseconds until the program is killed and the run fails. Default 60,000. */
  readonly timeout?: number;
}

/** Runs a program to its end, whatever its exit code. Rejects when it takes longer than `timeout`. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const program = start(command, args, options);
  const signal = AbortSignal.timeout(options.timeout ?? 60_000);
  signal.addEventListener("abort", () => program.child.kill("SIGKILL"), { once: true });
  program.child.stdin?.end(options.input ?? "");
  const code = await program.exit;
  if (signal.aborted) {
    throw new Error(`${command} ${args.join(" ")} took too long\n${program.stdout()}\n${program.stderr()}`);
  }
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

/** A program that goes on while the test does something else. */
export interface Running {
  readonly child: ChildProcess;
  readonly exit: Promise<number>;
  stdout(): string;
  stderr(): string;
  /** Resolves once standard output matches. Rejects when the program ends without, or after `timeout` ms. */
  until(pattern: RegExp, timeout?: number): Promise<RegExpExecArray>;
  /** Asks it to end, and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export function start(command: string, args: readonly string[], options: RunOptions = {}): Running {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk) => {
    stdout += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  // A program that ends early closes its input; what it says about that is in its exit code.
  child.stdin?.on("error", () => undefined);
  const exit = once(child, "close").then(([code]) => Number(code ?? 137));
  return {
    child,
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    async until(pattern, timeout = 30_000) {
      const signal = AbortSignal.timeout(timeout);
      for (;;) {
        const found = pattern.exec(stdout);
        if (found) return found;
        const ended = exit.then(() => "ended");
        const more = once(child.stdout ?? child, "data", { signal }).then(() => "more");
        const what = await Promise.race([ended, more]).catch(() => "late");
        more.catch(() => undefined);
        if (what === "more" || pattern.test(stdout)) continue;
        throw new Error(`${command} ${args.join(" ")} ${what} without ${pattern}\n${stdout}\n${stderr}`);
      }
    },
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exit;
    },
  };
}
