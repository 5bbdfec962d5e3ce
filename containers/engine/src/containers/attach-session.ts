/** A session with a container's own standard streams, over conmon's attach socket. */
import { constants, existsSync, watch } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { isSystemError, type PacketHandlers, PacketSocket } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import type { RunPaths } from "../runtime/conmon.ts";
import type { Session, SessionExit } from "../streaming.ts";

/** The first byte of a packet says which stream it is of. */
const STDERR = 3;
/** Conmon reads this much at once. */
const MAX_INPUT = 8192;

/** Connects. `ended` is how the container's run ends; when `created` rejects there will be no socket, and so does this. */
export async function attachSession(
  paths: RunPaths,
  o: {
    readonly tty: boolean;
    readonly stdin: boolean;
    readonly created: Promise<unknown>;
    readonly ended: Promise<SessionExit>;
  },
): Promise<Session> {
  await appears(paths.attach, o);
  const stdout = new Readable({ read: () => connection?.resume() });
  const stderr = o.tty ? undefined : new Readable({ read: () => connection?.resume() });
  const over = Promise.withResolvers<void>();
  let connection: PacketSocket | undefined;
  const end = (): void => {
    stdout.push(null);
    stderr?.push(null);
    over.resolve();
  };
  const socket = await connectTo(paths.attach, o.created, {
    packet(bytes) {
      const target = bytes[0] === STDERR && stderr ? stderr : stdout;
      return target.push(bytes.subarray(1));
    },
    end,
  });
  connection = socket;
  const exit = over.promise.then(async () => {
    const result = await Promise.race([o.ended, settle()]);
    return result ?? { code: -1 };
  });
  let closedByUs = false;
  // After the other side closed, the container's end is on its way; after our own close it may be days away.
  const settle = (): Promise<undefined> => (closedByUs ? Promise.resolve(undefined) : new Promise(() => undefined));
  exit.catch(() => undefined);
  return {
    stdin: o.stdin ? inputOf(socket) : undefined,
    stdout,
    stderr,
    exit,
    resize: (width, height) => resizeContainer(paths, width, height),
    close() {
      closedByUs = true;
      socket[Symbol.dispose]();
      // Nothing more arrives: who reads the output must not wait for it.
      end();
    },
  };
}

/** Tells conmon the size of the container's terminal. Without a terminal nothing happens. */
export async function resizeContainer(paths: RunPaths, width: number, height: number): Promise<void> {
  await writeFifo(paths.resize, `${height} ${width}\n`);
}

/** Asks conmon to open its log anew. */
export async function reopenLog(paths: RunPaths): Promise<void> {
  await writeFifo(paths.control, "2 0 0\n");
}

async function writeFifo(path: string, text: string): Promise<void> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    // Non-blocking: opening a FIFO that nobody reads fails at once.
    file = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error, "ENXIO", "ENOENT"))
      throw new EngineError("conflict", "Cannot reach conmon: the container does not run");
    throw error;
  }
  try {
    await file.write(text);
  } finally {
    await file.close();
  }
}

function inputOf(socket: PacketSocket): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, callback) {
      void (async () => {
        for (let at = 0; at < chunk.length; at += MAX_INPUT) await socket.send(chunk.subarray(at, at + MAX_INPUT));
      })().then(() => callback(), callback);
    },
    final(callback) {
      socket.endSending();
      callback();
    },
  });
}

// The socket's name is there a moment before anybody listens on it.
async function connectTo(path: string, created: Promise<unknown>, handlers: PacketHandlers): Promise<PacketSocket> {
  let isCreated = false;
  created.then(
    () => (isCreated = true),
    () => (isCreated = true),
  );
  for (;;) {
    await Promise.resolve();
    const last = isCreated;
    try {
      return new PacketSocket(path, handlers);
    } catch (error) {
      if (!isSystemError(error, "ENOENT", "ECONNREFUSED")) throw error;
      if (last) throw new EngineError("conflict", "Cannot attach: the container does not run", { cause: error });
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Waits for the socket: conmon makes it before it runs the runtime. */
async function appears(
  path: string,
  { created, ended }: { readonly created: Promise<unknown>; readonly ended: Promise<unknown> },
): Promise<void> {
  if (existsSync(path)) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const watcher = watch(dirname(path), () => existsSync(path) && resolve());
  try {
    if (existsSync(path)) return;
    created.catch(reject);
    void ended.then(() => resolve(), reject);
    await promise;
  } finally {
    watcher.close();
  }
}

/** An ended container's session: no output, and its exit. */
export function endedSession(exit: SessionExit): Session {
  const stdout = new PassThrough();
  stdout.end();
  return { stdout, exit: Promise.resolve(exit), resize: async () => undefined, close: () => undefined };
}
