/** A connection that was taken over, joined with the standard streams of a process. */
import type { Duplex, Readable } from "node:stream";
import type { Session } from "@skiff/engine";
import { untilKeys } from "./detach-keys.ts";
import { frame } from "./stdcopy.ts";

/** Which way bytes go. */
export interface ConnectOptions {
  /** With a terminal the output is passed on raw, else in frames. */
  readonly tty: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Settles when the client may be told that it is over: it may ask for the exit code next. */
  readonly until?: Promise<void>;
  /** Keys in the input that end the connection, and what then becomes of the session, which is otherwise closed. */
  readonly detach?: { readonly keys: Buffer; leave(): void } | undefined;
}

/** The media type of such a connection. */
export function sessionMediaType(tty: boolean): string {
  return tty ? "application/vnd.docker.raw-stream" : "application/vnd.docker.multiplexed-stream";
}

/**
 * Passes input and output on until the process's output ends, then ends the connection. A client that goes away closes the session.
 */
export async function connectSession(
  socket: Duplex,
  session: Session,
  { tty, stdout, stderr, until, detach }: ConnectOptions,
): Promise<void> {
  let hasLeft = false;
  socket.once("close", () => {
    if (!hasLeft) session.close();
  });
  if (session.stdin === undefined) socket.resume();
  else {
    // The process may end before its input does.
    session.stdin.on("error", () => socket.resume());
    const input = detach
      ? socket.pipe(
          untilKeys(detach.keys, () => {
            hasLeft = true;
            socket.end();
            detach.leave();
          }),
        )
      : socket;
    input.pipe(session.stdin, { end: false });
    input.once("end", () => {
      if (!hasLeft) session.stdin?.end();
    });
  }
  const forward = async (name: "stdout" | "stderr", source: Readable | undefined, isWanted: boolean) => {
    for await (const chunk of (source ?? []) as AsyncIterable<Buffer>) {
      if (!isWanted || socket.writableEnded || socket.destroyed) continue;
      if (!socket.write(tty ? chunk : frame(name, chunk))) await drained(socket);
    }
  };
  try {
    await Promise.all([forward("stdout", session.stdout, stdout), forward("stderr", session.stderr, stderr)]);
    await until;
  } finally {
    socket.end();
  }
}

function drained(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}
