/**
 * A control group for one subject of a benchmark: what its processes cost, whoever else uses the machine meanwhile. Containers are put into
 * groups of their own by every engine, which are named here, too.
 */
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The hierarchy of version 1 that counts CPU time, where there is one. */
const ROOT = "/sys/fs/cgroup/cpuacct";

/** Disposing of it removes the group, which must be empty by then. */
export interface LoadGroup extends AsyncDisposable {
  /** Words before a command: it and what it starts belong to the group. */
  readonly enter: readonly string[];
  /** Milliseconds of CPU time so far, of the group and of the containers' groups. */
  cpu(): number;
  /** Bytes of memory that the processes of the group hold, of what is shared their part; and of how many processes. */
  memory(): { readonly bytes: number; readonly processes: number };
}

/** Makes the group. `containers` are the paths of groups in which the subject puts containers. */
export function loadGroup(name: string, containers: readonly string[] = []): LoadGroup {
  const path = join(ROOT, `bench-load-${name}-${process.pid}`);
  mkdirSync(path);
  const usage = (group: string): number => {
    try {
      return Number(readFileSync(join(group, "cpuacct.usage"), "utf8"));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
      throw error;
    }
  };
  return {
    enter: ["sh", "-c", `echo $$ > ${path}/cgroup.procs && exec "$@"`, "sh"],
    cpu: () => [path, ...containers.map((group) => join(ROOT, group))].reduce((sum, one) => sum + usage(one), 0) / 1e6,
    memory() {
      const pids = readFileSync(join(path, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
      return { bytes: pids.reduce((sum, pid) => sum + shareOf(pid), 0), processes: pids.length };
    },
    async [Symbol.asyncDispose]() {
      for (let tries = 0; ; tries++) {
        try {
          rmdirSync(path);
          return;
        } catch (error) {
          const isBusy = error instanceof Error && "code" in error && error.code === "EBUSY";
          if (!isBusy || tries > 50) throw error;
          await delay(100);
        }
      }
    },
  };
}

function shareOf(pid: string): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) * 1024;
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return 0;
    throw error;
  }
}
