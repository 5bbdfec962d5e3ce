/** Exec and attach over SPDY/3.1: a stream for each of error, stdin, stdout, stderr and resize, named by the header `streamtype`. */
import type { Duplex, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Session } from "../streaming.ts";
import type { SessionPurpose } from "./session.ts";
import { failureStatus, resizeSession, sessionStatus } from "./session-status.ts";
import { serveSpdy } from "./spdy/spdy-connection.ts";
import type { SpdyStream } from "./spdy/spdy-stream.ts";

/** Best first; agreed on by the header `X-Stream-Protocol-Version`. Older ones cannot tell an exit code. */
export const SPDY_SESSION_PROTOCOLS: readonly string[] = ["v4.channel.k8s.io"];

/** How long the client may take to open all its streams. */
const STREAMS_MS = 30_000;

export interface SpdySessionPurpose extends SessionPurpose {
  /** What the client asked for, which tells how many streams it opens. */
  readonly wanted: {
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
    readonly tty: boolean;
  };
}

/** Connects a transport that has been upgraded to SPDY with the session that `open` gives, until either ends. */
export async function serveSpdySession(transport: Duplex, purpose: SpdySessionPurpose): Promise<void> {
  const { wanted } = purpose;
  const names = [
    "error",
    ...(wanted.stdin ? ["stdin"] : []),
    ...(wanted.stdout ? ["stdout"] : []),
    ...(wanted.stderr && !wanted.tty ? ["stderr"] : []),
    ...(wanted.tty ? ["resize"] : []),
  ];
  const streams = new Map<string, SpdyStream>();
  const gone = new AbortController();
  const late = setTimeout(() => transport.destroy(), STREAMS_MS);
  let session: Promise<void> | undefined;
  try {
    await serveSpdy(transport, (stream) => {
      const name = stream.headers.get("streamtype") ?? "";
      if (!names.includes(name) || streams.has(name)) {
        stream.destroy();
        return;
      }
      streams.set(name, stream);
      if (streams.size < names.length) return;
      clearTimeout(late);
      session = pump(streams, purpose, gone.signal).finally(() => transport.end());
    });
  } finally {
    clearTimeout(late);
    gone.abort();
    await session;
  }
}

async function pump(streams: ReadonlyMap<string, SpdyStream>, purpose: SessionPurpose, signal: AbortSignal) {
  const error = streams.get("error");
  error?.resume();
  const say = async (status: string) => {
    error?.end(status);
    if (error) await finished(error, { readable: false });
  };
  try {
    const session = await purpose.open(signal);
    try {
      connectInput(streams, session);
      const outputs = [
        copy(session.stdout, streams.get("stdout")),
        ...(session.stderr ? [copy(session.stderr, streams.get("stderr"))] : []),
      ];
      const [exit] = await Promise.all([session.exit, ...outputs]);
      await say(sessionStatus(exit, purpose.tellExit));
    } finally {
      session.close();
    }
  } catch (reason) {
    if (!signal.aborted) await say(failureStatus(reason));
  }
}

function connectInput(streams: ReadonlyMap<string, SpdyStream>, session: Session): void {
  const stdin = streams.get("stdin");
  if (session.stdin) {
    session.stdin.on("error", () => stdin?.resume()); // the process may end without reading all of it
    stdin?.pipe(session.stdin);
  } else stdin?.resume();
  streams.get("resize")?.on("data", (size: Buffer) => void resizeSession(session, size));
}

/** Copies to the client; what it did not ask for is dropped. */
async function copy(output: Session["stdout"], stream: Writable | undefined): Promise<void> {
  if (!stream) {
    output.resume();
    return;
  }
  output.pipe(stream);
  await finished(stream, { readable: false });
}
