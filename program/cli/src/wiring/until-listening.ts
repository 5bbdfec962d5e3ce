import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const LIMIT_MS = 2000;
const STEP_MS = 20;

/**
 * Waits until something listens on a port of this machine, at most two seconds: a node that starts together with its control plane
 * would otherwise fail its first calls and back off. There is no event for another process's port, so this tries again and again.
 */
export async function untilListening(port: number): Promise<void> {
  for (const deadline = Date.now() + LIMIT_MS; Date.now() < deadline; await delay(STEP_MS)) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED") throw error;
    } finally {
      socket.destroy();
    }
  }
}
