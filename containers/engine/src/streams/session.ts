/** Exec and attach over a WebSocket: `v5.channel.k8s.io` and `v4.channel.k8s.io`. */
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { WebSocket } from "ws";
import type { Session, SessionExit } from "../streaming.ts";
import { channel, channelWriter, receiveChannels, sendOn } from "./channels.ts";
import { failureStatus, resizeSession, sessionStatus } from "./session-status.ts";

export const SESSION_PROTOCOLS: readonly string[] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/** What a session is for. */
export interface SessionPurpose {
  readonly open: (signal: AbortSignal) => Promise<Session>;
  /** Whether the end of the process is the client's to know. Of a container attached to it is not: its status tells. */
  readonly tellExit: boolean;
}

/**
 * Connects `socket`, which speaks `protocol`, with the session that `open` gives, until either ends. How the process ended is told on the error channel, so
 * is why it could not be started. Resolves when all is said; the session is closed then.
 */
export async function serveSession(
  socket: WebSocket,
  protocol: string,
  { open, tellExit }: SessionPurpose,
): Promise<void> {
  const gone = new AbortController();
  socket.once("close", () => gone.abort());
  socket.on("error", () => gone.abort());
  // What arrives before the process runs must not be lost.
  const early = new EarlyMessages();
  receiveChannels(socket, protocol, early);
  try {
    const session = await open(gone.signal);
    try {
      early.connect(session, socket);
      const exit = await pump(socket, session, gone.signal);
      if (exit) await sendOn(socket, channel.error, Buffer.from(sessionStatus(exit, tellExit)));
    } finally {
      session.close();
    }
  } catch (error) {
    if (gone.signal.aborted) return;
    await sendOn(socket, channel.error, Buffer.from(failureStatus(error)));
  } finally {
    socket.close(1000);
  }
}

/** The exit, once all output has been sent; undefined when the client went first. */
async function pump(socket: WebSocket, session: Session, signal: AbortSignal): Promise<SessionExit | undefined> {
  const stdout = session.stdout.pipe(channelWriter(socket, channel.stdout));
  const stderr = session.stderr?.pipe(channelWriter(socket, channel.stderr));
  const outputs = [stdout, ...(stderr ? [stderr] : [])].map((output) => finished(output));
  const all = Promise.all([session.exit, ...outputs]).then(([exit]) => exit);
  const left = signal.aborted ? Promise.resolve([]) : once(signal, "abort");
  const winner = await Promise.race([all, left.then(() => undefined)]);
  all.catch(() => undefined); // writing to a client that has left fails
  return winner;
}

/** Keeps what the client says until there is somebody to say it to. */
class EarlyMessages {
  #session: Session | undefined;
  #socket: WebSocket | undefined;
  #isPaused = false;
  readonly #waiting: (() => void)[] = [];

  connect(session: Session, socket: WebSocket): void {
    this.#session = session;
    this.#socket = socket;
    session.stdin?.on("error", () => undefined); // the process may end without reading all of it
    for (const say of this.#waiting.splice(0)) say();
  }

  data(number: number, payload: Buffer): void {
    if (!this.#session) {
      this.#waiting.push(() => this.data(number, payload));
      return;
    }
    if (number === channel.stdin) this.#write(this.#session, payload);
    if (number === channel.resize) void resizeSession(this.#session, payload);
  }

  closed(number: number): void {
    if (!this.#session) this.#waiting.push(() => this.closed(number));
    else if (number === channel.stdin) this.#session.stdin?.end();
  }

  #write({ stdin }: Session, payload: Buffer): void {
    if (!stdin || stdin.writableEnded || stdin.destroyed) return;
    // Messages already under way come after the pause as well: one wait is enough for all.
    if (stdin.write(payload) || this.#isPaused) return;
    this.#isPaused = true;
    this.#socket?.pause();
    const go = () => {
      stdin.off("drain", go);
      stdin.off("close", go);
      this.#isPaused = false;
      this.#socket?.resume();
    };
    stdin.once("drain", go);
    stdin.once("close", go);
  }
}
