/** This process's standard streams, joined with those of a container or exec. */
import type { Duplex } from "node:stream";
import { demultiplex } from "@skiff/docker/client";

/** How streams are joined. */
export interface AttachStreams {
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Sets the size of the terminal on the other side. */
  readonly resize: (columns: number, rows: number) => Promise<unknown>;
}

/** Passes bytes on until the other side ends. The terminal is raw meanwhile, and as it was afterwards. */
export async function attachStreams(socket: Duplex, { stdin, tty, resize }: AttachStreams): Promise<void> {
  const raw = tty && stdin && process.stdin.isTTY;
  const onResize = () => {
    // The process may be over before it learns of its new size.
    resize(process.stdout.columns, process.stdout.rows).catch(() => undefined);
  };
  if (raw) process.stdin.setRawMode(true);
  if (tty && process.stdout.isTTY) process.stdout.on("resize", onResize);
  if (stdin) process.stdin.pipe(socket);
  socket.on("error", () => socket.destroy());
  try {
    if (tty) for await (const chunk of socket) process.stdout.write(chunk);
    else await demultiplex(socket, process.stdout, process.stderr);
  } finally {
    process.stdout.off("resize", onResize);
    if (stdin) {
      process.stdin.unpipe(socket);
      process.stdin.pause();
      // A pipe that somebody holds open must not keep this process.
      process.stdin.unref?.();
    }
    if (raw) process.stdin.setRawMode(false);
    socket.destroy();
  }
}
