import type { Duplex, Readable, Writable } from "node:stream";
import type { AttachRequest, ExecRequest } from "./generated/cri.ts";

/** How a process ended. `code` is 128 + n when signal n ended it, as shells report it. */
export interface SessionExit {
  readonly code: number;
  /** Name of the signal that ended it ("SIGKILL"), when one did. */
  readonly signal?: string | undefined;
  /** True when the kernel killed it for exceeding its memory limit. */
  readonly oom?: boolean | undefined;
}

/**
 * A live connection to a process: one that `exec` started, or a container's own (attach).
 *
 * With a terminal, output of both kinds arrives on `stdout` and `stderr` is absent. `stdin` is there only when it was
 * asked for; ending it closes the process's standard input. `exit` settles after `stdout` and `stderr` have ended; for attach
 * it also settles when the connection is closed by `close`, with the code -1. Not reading `stdout` slows the process
 * down: there is no unbounded buffer.
 */
export interface Session {
  readonly stdin?: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr?: Readable | undefined;
  /** Sets the terminal's size in characters. Does nothing without a terminal. */
  resize(width: number, height: number): Promise<void>;
  readonly exit: Promise<SessionExit>;
  /** Ends the connection. An exec's process is killed; an attached container goes on running. Idempotent. */
  close(): void;
}

/**
 * The streaming half of CRI for a caller in the same process: what a remote runtime serves behind the URL of
 * `Exec`, `Attach` and `PortForward`. Aborting `signal` closes the session. Each method rejects with a `CriError`
 * (notFound, failedPrecondition when the container does not run) before anything is started.
 */
export interface Streaming {
  exec(request: ExecRequest, signal?: AbortSignal): Promise<Session>;
  attach(request: AttachRequest, signal?: AbortSignal): Promise<Session>;
  /** Connects to `port` on the loopback address inside the sandbox's network namespace. */
  portForward(podSandboxId: string, port: number, signal?: AbortSignal): Promise<Duplex>;
}
