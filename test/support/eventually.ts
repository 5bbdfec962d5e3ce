import { setTimeout as delay } from "node:timers/promises";

/**
 * Looks again and again until `look` stops throwing, and gives what it gave. For what only an outside observer can see (a packet
 * that gets through, a file in a container): the system has no event for that. Rejects with the last failure after `timeout` ms.
 */
export async function eventually<T>(look: () => Promise<T> | T, timeout = 30_000): Promise<T> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}
