/** The runtime's own end where it has lost what it waits for. */
import { readdirSync, readFileSync } from "node:fs";
import { isSystemError, type Spawned } from "@skiff/linux";

const INTERVAL_MILLISECONDS = 1000;

/**
 * Ends a runtime that starts a program in a container which ends just then. It may wait for ever, with a child that has ended long ago
 * and that it does not collect; and until somebody does, the container's end is not complete. Looks until `isStarted`, or until the
 * runtime has ended.
 */
export function endWhenStuck({ pid, ended }: Pick<Spawned, "pid" | "ended">, isStarted: () => boolean): void {
  let before: readonly number[] = [];
  const timer = setInterval(() => {
    if (isStarted()) {
      clearInterval(timer);
      return;
    }
    const now = endedChildren(pid);
    if (now.some((child) => before.includes(child))) process.kill(pid, "SIGKILL");
    before = now;
  }, INTERVAL_MILLISECONDS);
  timer.unref();
  const stop = (): void => clearInterval(timer);
  ended.then(stop, stop);
}

/** Children of a process that have ended and not been collected. */
function endedChildren(pid: number): number[] {
  const threads = listed(`/proc/${pid}/task`);
  const children = threads.flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean));
  return children.map(Number).filter((child) => /^State:\tZ/m.test(read(`/proc/${child}/status`)));
}

function listed(directory: string): string[] {
  return whileThere(() => readdirSync(directory)) ?? [];
}

function read(path: string): string {
  return whileThere(() => readFileSync(path, "utf8")) ?? "";
}

function whileThere<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
