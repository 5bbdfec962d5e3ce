/** Running another program in a container, through `runc exec`. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, existsSync, mkdirSync, readFileSync, rmSync, write, writeFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { ReadStream } from "node:tty";
import {
  identify,
  isSystemError,
  openRawTerminal,
  type ProgramEnd,
  resizeTerminal,
  type Spawned,
  signalName,
  signalProcess,
  spawnProgram,
  type Wiring,
  watchProcess,
} from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { startConmonExec } from "../runtime/conmon.ts";
import type { OciProcess } from "../runtime/oci-config.ts";
import type { Session, SessionExit } from "../streaming.ts";
import { endWhenStuck } from "./stuck-runtime.ts";

const SIGKILL = 9;

export interface ExecOptions {
  readonly container: string;
  readonly runDir: string;
  readonly runtime: string;
  readonly process: OciProcess;
  readonly stdin: boolean;
  readonly detached: boolean;
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** Clears away what programs left that were started by an engine that has ended. */
export async function clearExecs(runDir: string): Promise<void> {
  const directory = join(runDir, "x");
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o700 });
}

/** Starts the program. Errors of the runtime (no such program) come as exit code 126 or 127 with its words on stderr. */
export async function execSession(o: ExecOptions): Promise<Session> {
  const directory = join(o.runDir, "x", randomBytes(6).toString("hex"));
  // Memory, where a call takes less time than a thread's turn.
  mkdirSync(directory, { mode: 0o700 });
  writeFileSync(join(directory, "process.json"), JSON.stringify(o.process));
  if (!o.process.terminal) return pipeSession(o, directory);
  return o.detached ? detachedTerminalSession(o, directory) : terminalSession(o, directory);
}

// Its terminal must outlive this process, so somebody else holds it.
async function detachedTerminalSession(o: ExecOptions, directory: string): Promise<Session> {
  try {
    await startConmonExec({ ...o, directory });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  const holder = identify(Number(readIfThere(join(directory, "conmon.pid"))));
  const gone = holder && new Promise<void>((resolve) => watchProcess(holder, resolve, { idle: true }));
  const whole = Promise.resolve(gone).then((): ProgramEnd => {
    const code = readIfThere(join(directory, o.container)).trim();
    return { code: code === "" ? SIGKILL + 128 : Number(code) };
  });
  const exit = exitOf(whole, directory);
  return {
    stdin: undefined,
    stdout: Readable.from([]),
    exit,
    resize: async () => undefined,
    close: () => kill(directory),
  };
}

function runtimeArguments(o: ExecOptions, directory: string, extra: readonly string[]): string[] {
  const files = ["--process", join(directory, "process.json"), "--pid-file", join(directory, "pid")];
  return [`--root=${join(o.runDir, "r")}`, `--log=${join(directory, "log")}`, "exec", ...files, ...extra, o.container];
}

async function pipeSession(o: ExecOptions, directory: string): Promise<Session> {
  // A pipe to this process would be the end of a program that writes after it.
  const output = o.detached ? "ignore" : "pipe";
  const { pipes, ended } = startRuntime(o, directory, [o.stdin ? "pipe" : "ignore", output, output]);
  const [stdin, out, err] = pipes;
  const [stdout, stderr] = [out ?? Readable.from([]), err ?? Readable.from([])];
  // A program that ends before it has read everything is no failure.
  stdin?.on("error", () => undefined);
  const closed = [out, err].map((stream) => stream && once(stream, "close"));
  const whole = ended.then(async (end) => {
    stdin?.destroy();
    // What nobody reads must not keep the end from being known.
    for (const stream of [out, err]) stream?.resume();
    await Promise.all(closed);
    return end;
  });
  const exit = exitOf(whole, directory);
  return { stdin, stdout, stderr, exit, resize: async () => undefined, close: () => kill(directory) };
}

// The runtime passes bytes between the program's terminal and one of ours, and stays to tell the exit code. Some time after the program has
// begun to write, runc switches the program's own terminal from "\r\n" to "\n", for the other one to do that: so neither is left to it.
function terminalSession(o: ExecOptions, directory: string): Session {
  const { master, slave } = openRawTerminal();
  if (o.size) resizeTerminal(master, o.size.width, o.size.height);
  let isOver = false;
  const { pid, ended } = startRuntime(o, directory, [slave, slave, slave]);
  closeSync(slave);
  const whole = ended.finally(() => {
    isOver = true;
  });
  const exit = exitOf(whole, directory);
  const terminal = new ReadStream(master);
  const stdout = new PassThrough();
  const end = (): void => {
    stdout.end();
  };
  const lineEnds = fullLineEnds();
  terminal.on("data", (chunk: Buffer) => {
    if (!stdout.write(lineEnds(chunk))) terminal.pause();
  });
  stdout.on("drain", () => terminal.resume());
  // The last process closing a terminal is an I/O error at its master.
  terminal.on("error", end);
  terminal.on("close", end);
  return {
    stdin: o.stdin ? terminalInput(terminal, master) : undefined,
    stdout,
    exit,
    async resize(width, height) {
      if (terminal.destroyed) return;
      resizeTerminal(master, width, height);
      // It is not the runtime's controlling terminal, so the kernel does not tell it.
      if (!isOver) process.kill(pid, "SIGWINCH");
    },
    close() {
      kill(directory);
      terminal.destroy();
    },
  };
}

const CR = 13;
const LF = 10;

/** A function that puts a carriage return before each line feed of a stream that has none. */
export function fullLineEnds(): (chunk: Buffer) => Buffer {
  let last = 0;
  return (chunk) => {
    const pieces: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
      if ((at === 0 ? last : chunk[at - 1]) === CR) continue;
      pieces.push(chunk.subarray(from, at), Buffer.from([CR]));
      from = at;
    }
    last = chunk.at(-1) ?? last;
    return pieces.length === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(from)]);
  };
}

const RETRY_MILLISECONDS = 5;

function terminalInput(terminal: ReadStream, master: number): Writable {
  const put = (chunk: Buffer, done: (error?: Error | null) => void): void => {
    if (terminal.destroyed) {
      done(new Error("Cannot write: the terminal is closed"));
      return;
    }
    write(master, chunk, (error, written) => {
      // The program does not read at the moment, and the terminal's small buffer is full.
      if (isSystemError(error, "EAGAIN")) setTimeout(put, RETRY_MILLISECONDS, chunk, done);
      else if (error || written === chunk.length) done(error);
      else put(chunk.subarray(written), done);
    });
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => put(chunk, done),
    // A terminal's input ends with its end-of-file character.
    final: (done) => (terminal.destroyed ? done() : put(Buffer.from([4]), done)),
  });
}

function startRuntime(o: ExecOptions, directory: string, stdio: readonly Wiring[]): Spawned {
  try {
    const runtime = spawnProgram(o.runtime, runtimeArguments(o, directory, []), { stdio, outlives: o.detached });
    endWhenStuck(runtime, () => existsSync(join(directory, "pid")));
    return runtime;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    if (!isSystemError(error, "ENOENT", "EACCES", "EAGAIN", "ENOMEM", "EMFILE")) throw error;
    throw new EngineError("internal", `Cannot run the runtime: ${error.message}`, { cause: error });
  }
}

function exitOf(ended: Promise<ProgramEnd>, directory: string): Promise<SessionExit> {
  const exit = ended.then((end) => finish(end, directory));
  exit.catch(() => undefined); // whoever looks at the session's exit is told
  return exit;
}

function finish({ code = 255, signal }: ProgramEnd, directory: string): SessionExit {
  const runtimeLog = code === 255 ? readIfThere(join(directory, "log")) : "";
  rmSync(directory, { recursive: true, force: true });
  if (signal !== undefined) return { code: 128 + signal, signal: signalName(signal) };
  // The runtime's own failure is 255; Docker and the shells tell a missing program by 127, and others that cannot be run by 126.
  if (code === 255 && /executable file not found|no such file or directory/.test(runtimeLog)) return { code: 127 };
  if (code === 255 && runtimeLog !== "") return { code: 126 };
  return code > 128 && code < 193 ? { code, signal: signalName(code - 128) } : { code };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return "";
    throw error;
  }
}

function kill(directory: string): void {
  const pid = Number(readIfThere(join(directory, "pid")));
  const process = pid > 0 ? identify(pid) : undefined;
  if (process) signalProcess(process, SIGKILL);
}
