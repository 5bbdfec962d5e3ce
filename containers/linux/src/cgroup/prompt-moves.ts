/**
 * Moving a process between cgroups waits for a grace period of the kernel, 4 to 25 ms, unless somebody else has just moved one: the lock it takes
 * (cgroup_threadgroup_rwsem) stays where writers find it quickly for some milliseconds. A runtime that starts a container or enters one is such a
 * writer. So whoever is about to start one has the wait begin at once, beside everything else: a process is moved to where it is.
 */
import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isSystemError } from "../libc.ts";

/** Moves are made this often while they are expected: more seldom, and the kernel lets go of the lock in between. */
const AGAIN_MS = 4;

/** A function that says that moves are to be expected until what it gives is disposed of. `directoryOf` finds the directory of this process's cgroup by the lines of `/proc/self/cgroup`. */
export function promptMoves(directoryOf: (lines: readonly OwnCgroup[]) => string | undefined): () => Disposable {
  let expecting = 0;
  /** One loop serves all that expect moves, also those that begin while it waits to see that nobody does. */
  let keeping = false;

  async function keepPrompt(): Promise<void> {
    const directory = directoryOf(ownCgroups());
    await using file = directory === undefined ? undefined : await openProcesses(directory);
    try {
      while (file && expecting > 0) {
        await file.write(String(process.pid));
        // Not a reason to stay alive.
        await pause(AGAIN_MS, undefined, { ref: false });
      }
    } finally {
      keeping = false;
    }
  }

  return () => {
    expecting++;
    if (!keeping) {
      keeping = true;
      // Where it does not work, moves wait as they always do.
      keepPrompt().catch(() => {
        keeping = false;
      });
    }
    return {
      [Symbol.dispose]: () => {
        expecting--;
      },
    };
  };
}

/** A line of `/proc/self/cgroup`. Of version 2, and of hierarchies with a name only, there are no controllers. */
export interface OwnCgroup {
  readonly hierarchy: string;
  readonly controllers: readonly string[];
  readonly path: string;
}

function ownCgroups(): OwnCgroup[] {
  const lines = readFileSync("/proc/self/cgroup", "utf8").trim().split("\n");
  return lines.map((line) => {
    const [hierarchy = "", controllers = "", ...path] = line.split(":");
    return { hierarchy, controllers: controllers.split(",").filter(Boolean), path: path.join(":") };
  });
}

/** Undefined where it may not be written: in a container's view of another's tree, for one. */
async function openProcesses(directory: string): Promise<FileHandle | undefined> {
  try {
    return await open(`${directory}/cgroup.procs`, "w");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "EACCES", "EPERM", "EROFS")) return undefined;
    throw error;
  }
}
