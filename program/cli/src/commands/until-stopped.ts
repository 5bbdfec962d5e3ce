import type { Logger } from "@skiff/api";

/** How long an orderly stop may take before the process ends anyway. */
const GRACE_MS = 10_000;

/**
 * Starts something, keeps it until SIGTERM or SIGINT, and disposes of it. `signal` aborts when the stop begins. An error that
 * nothing caught is logged and ends the process with code 1: whoever supervises it starts it again from what is on disk.
 */
export async function untilStopped(
  log: Logger,
  start: (signal: AbortSignal) => Promise<AsyncDisposable>,
): Promise<void> {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.on(name, () => {
        stop.abort();
        resolve();
      });
    }
  });
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error) => {
      log.error("an error nothing expected: ending", { error });
      process.exit(1);
    });
  }
  const running = await Promise.race([start(stop.signal), stopped]);
  if (running === undefined) {
    // Ending at any point is safe, and what the start waits for may be about to end, too.
    log.info("stopping before everything has started");
    process.exit(0);
  }
  await stopped;
  log.info("stopping");
  const overdue = setTimeout(() => {
    log.error("stopping took too long: ending");
    process.exit(1);
  }, GRACE_MS);
  await running[Symbol.asyncDispose]();
  clearTimeout(overdue);
}
