/** A served API to measure, in a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the served process says when it is ready. */
export interface Served {
  readonly api: string;
  /** A bare handler that answers with the same bytes as the API does for `path`. */
  readonly bare: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly path: string;
}

/** A served API, and a directory for what goes with it. Disposing of it ends the process and deletes the directory. */
export interface ServedProcess extends AsyncDisposable {
  readonly served: Served;
  readonly home: string;
  readonly pid: number;
}

/** Starts it with an empty store in a file. */
export async function startServed(): Promise<ServedProcess> {
  const home = mkdtempSync(join(tmpdir(), "skiff-bench-"));
  const process = startProcess("./served-process.ts", join(home, "state.db"));
  const [served] = (await once(process, "message")) as [Served];
  return {
    served,
    home,
    pid: process.pid ?? 0,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await once(process, "exit");
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Starts a file of this folder that talks by messages. */
export function startProcess(file: string, ...args: readonly string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
}
