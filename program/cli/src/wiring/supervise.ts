/** Keeps the node's process running beside the control plane's. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Logger } from "@skiff/api";
import { stopProcess } from "../instance/process.ts";
import type { Layout } from "../layout.ts";

const GRACE_MS = 10_000;
/** A process that ended sooner than this after its start waits before the next. */
const STABLE_MS = 10_000;
const MAX_BACKOFF_MS = 30_000;

/**
 * Runs `skiff agent` until `signal` aborts, starting it again whenever it ends. An agent that an earlier server left behind is
 * replaced: containers do not notice, and this one is a child, so that its end is an event.
 */
export async function superviseAgent(
  layout: Layout,
  log: Logger,
  signal: AbortSignal,
  logFile: boolean,
): Promise<void> {
  let backoff = 0;
  while (!signal.aborted) {
    await stopProcess(layout.agentPid, GRACE_MS);
    const started = Date.now();
    const child = spawnAgent(layout, logFile);
    const stop = (): void => void child.kill("SIGTERM");
    signal.addEventListener("abort", stop, { once: true });
    const [code, killedBy] = await once(child, "exit");
    signal.removeEventListener("abort", stop);
    if (signal.aborted) return;
    backoff = Date.now() - started > STABLE_MS ? 0 : Math.min(Math.max(backoff * 2, 250), MAX_BACKOFF_MS);
    log.error("the node's process ended and is started again", { code, killedBy, waitMs: backoff });
    await delay(backoff, undefined, { signal }).catch(() => undefined);
  }
}

function spawnAgent(layout: Layout, logFile: boolean): ChildProcess {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const args = [...process.execArgv, main, "agent", "--name", layout.name, "--data", layout.data];
  args.push("--supervisor", String(process.pid));
  if (logFile) args.push("--log-file");
  // Its own process group: Ctrl-C in a terminal reaches the server, which then stops the agent in order.
  // What opens the datastore is none of the node's business.
  const { SKIFF_DATASTORE_PASSWORD: _, ...env } = process.env;
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"], detached: true, env });
}
