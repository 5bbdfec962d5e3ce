import { constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";

/**
 * Lets a created container's first process run the program. It waits until somebody opens its FIFO and then writes one byte into it, which is
 * all that `runc start` does. Resolves once it has; rejects with `gone`'s reason when that rejects first.
 */
export async function releaseExecFifo(path: string, gone: Promise<never>): Promise<void> {
  // Non-blocking: the process may have died, and then nobody would ever open the other end.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fifo = new Socket({ fd, readable: true, writable: false });
  try {
    const written = new Promise<void>((resolve, reject) => {
      fifo.once("data", () => resolve());
      fifo.once("error", reject);
    });
    await Promise.race([written, gone]);
  } finally {
    fifo.destroy();
  }
  // The runtime tells "created" from "running" by it.
  await rm(path, { force: true });
}
