/** This process's standard streams, joined with those of a container or exec. */
import type { Duplex } from "node:stream";
import { demultiplex } from "@skiff/docker/client";

/** How streams are joined. */
export interface AttachStreams {
  readonly stdin: boolean;
  readonly tty: boolean;
  /** `--detach-keys`; Docker's where it is not given. */
  readonly detachKeys?: string | undefined;
  /** Sets the size of the terminal on the other side. */
  readonly resize: (columns: number, rows: number) => Promise<unknown>;
}

/**
 * Passes bytes on until the other side ends, or the detach keys are typed on a terminal. The terminal is raw meanwhile, and as it was
 * afterwards.
 */
export async function attachStreams(
  socket: Duplex,
  { stdin, tty, detachKeys, resize }: AttachStreams,
): Promise<"ended" | "detached"> {
  const raw = tty && stdin && process.stdin.isTTY;
  const onResize = () => {
    // The process may be over before it learns of its new size.
    resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
  };
  let result: "ended" | "detached" = "ended";
  const stopKeys = raw
    ? await forwardKeys(socket, detachKeys, () => {
        result = "detached";
        socket.destroy();
      })
    : undefined;
  if (raw) process.stdin.setRawMode(true);
  if (tty && process.stdout.isTTY) process.stdout.on("resize", onResize);
  if (stdin && !raw) process.stdin.pipe(socket);
  socket.on("error", () => socket.destroy());
  try {
    if (tty) for await (const chunk of socket) process.stdout.write(chunk);
    else await demultiplex(socket, process.stdout, process.stderr);
  } catch (error) {
    // Detaching breaks the connection off.
    if ((result as string) !== "detached") throw error;
  } finally {
    process.stdout.off("resize", onResize);
    if (stdin) {
      stopKeys?.();
      process.stdin.unpipe(socket);
      process.stdin.pause();
      // A pipe that somebody holds open must not keep this process.
      process.stdin.unref?.();
    }
    if (raw) process.stdin.setRawMode(false);
    socket.destroy();
  }
  return result;
}

async function forwardKeys(socket: Duplex, written: string | undefined, detach: () => void): Promise<() => void> {
  const { DEFAULT_KEYS, DetachKeys, parseDetachKeys } = await import("./detach-keys.ts");
  const keys = new DetachKeys(written === undefined || written === "" ? DEFAULT_KEYS : parseDetachKeys(written));
  const onKey = (chunk: Buffer) => {
    const { rest, detached } = keys.add(chunk);
    if (rest.byteLength > 0) socket.write(rest);
    if (detached) detach();
  };
  process.stdin.on("data", onKey);
  return () => process.stdin.off("data", onKey);
}
