/** The client's half of exec, attach and port-forward over a WebSocket's channels, to whichever address a runtime gave. */
import { once } from "node:events";
import { Duplex, PassThrough, Writable } from "node:stream";
import { WebSocket } from "ws";
import { CriError, criCode } from "../cri-error.ts";
import type { Session, SessionExit } from "../streaming.ts";
import { channel, receiveChannels, sendOn } from "./channels.ts";

const PROTOCOLS = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
const CLOSE = 255;

/** What a session is to carry. */
export interface SessionParts {
  readonly stdin?: boolean | undefined;
  readonly tty?: boolean | undefined;
}

/**
 * Connects to the address of an exec or attach. With a server that knows only version 4 of the protocol the end of the input
 * cannot be told. Rejects with a CriError when the connection is refused.
 */
export async function connectSession(url: string, parts: SessionParts, signal?: AbortSignal): Promise<Session> {
  const socket = await connected(url, signal);
  const stdout = new PassThrough();
  const stderr = parts.tty ? undefined : new PassThrough();
  const outputs: readonly (PassThrough | undefined)[] = [undefined, stdout, stderr];
  let status = "";
  receiveChannels(socket, socket.protocol, {
    data(number, payload) {
      if (number === channel.error) status += payload.toString();
      const output = outputs[number];
      if (!output || payload.length === 0 || output.write(payload)) return;
      socket.pause();
      output.once("drain", () => socket.resume());
    },
    closed: () => undefined,
  });
  const over = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const exit = over.then(async (): Promise<SessionExit> => {
    for (const output of stderr ? [stdout, stderr] : [stdout]) if (!output.destroyed) output.end();
    return exitOf(status);
  });
  exit.catch(() => undefined); // whoever waits for it is told
  return {
    stdin: parts.stdin ? inputOf(socket) : undefined,
    stdout,
    stderr,
    resize: (Width, height) => sendOn(socket, channel.resize, Buffer.from(JSON.stringify({ Width, Height: height }))),
    exit,
    close: () => socket.terminate(),
  };
}

/** Connects to one port at the address of a port-forward. */
export async function connectPort(url: string, port: number, signal?: AbortSignal): Promise<Duplex> {
  const target = new URL(url);
  target.searchParams.set("port", String(port));
  const socket = await connected(target.href, signal);
  const announced = new Set<number>();
  const duplex = new Duplex({
    read: () => socket.resume(),
    write(chunk: Buffer, _, done) {
      sendOn(socket, 0, chunk).then(() => done(), done);
    },
    // The protocol has no word for the end of one direction.
    final: (done) => done(),
    destroy(error, done) {
      socket.terminate();
      done(error);
    },
  });
  receiveChannels(socket, socket.protocol, {
    data(number, payload) {
      // The first message of each channel repeats the port.
      if (!announced.has(number)) announced.add(number);
      else if (number === 1) duplex.destroy(new Error(payload.toString()));
      else if (!duplex.push(payload)) socket.pause();
    },
    closed: () => undefined,
  });
  socket.once("close", () => duplex.push(null));
  return duplex;
}

async function connected(url: string, signal: AbortSignal | undefined): Promise<WebSocket> {
  signal?.throwIfAborted();
  const socket = new WebSocket(url.replace(/^http/, "ws"), PROTOCOLS, { perMessageDeflate: false });
  // Messages may come in the same packet as the answer: they wait until somebody listens.
  socket.once("open", () => socket.pause());
  try {
    await once(socket, "open");
  } catch (error) {
    throw new CriError(criCode.unavailable, `Cannot connect to the runtime's stream: ${(error as Error).message}`, {
      cause: error,
    });
  }
  socket.on("error", () => socket.terminate());
  const leave = () => socket.terminate();
  signal?.addEventListener("abort", leave, { once: true });
  socket.once("close", () => signal?.removeEventListener("abort", leave));
  setImmediate(() => socket.resume());
  return socket;
}

function inputOf(socket: WebSocket): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      sendOn(socket, channel.stdin, chunk).then(() => done(), done);
    },
    final(done) {
      if (socket.protocol.startsWith("v5."))
        sendOn(socket, CLOSE, Buffer.from([channel.stdin])).then(() => done(), done);
      else done();
    },
  });
}

interface Status {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** The exit that the error channel tells of; without a word the connection broke off. */
function exitOf(text: string): SessionExit {
  if (text === "") return { code: -1 };
  const status = JSON.parse(text) as Status;
  if (status.status === "Success") return { code: 0 };
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (status.reason !== "NonZeroExitCode" || code === undefined)
    throw new CriError(criCode.internal, status.message ?? "the runtime's stream failed");
  return { code: Number(code) };
}
