/**
 * The run-time directory of a name belongs to one data directory: it holds the pid files, so whoever could use it with another data
 * directory would stop somebody else's processes.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../layout.ts";
import { runningPid } from "./process.ts";

/** Makes the run-time directory, for an instance that starts. Throws when it belongs to another data directory. */
export function claimRunDirectory(layout: Layout): void {
  mkdirSync(layout.run, { recursive: true, mode: 0o755 });
  checkRunDirectory(layout);
  if (ownerOf(layout) === layout.data) return;
  const stale = ownerOf(layout) !== undefined;
  try {
    writeFileSync(ownerFile(layout), layout.data, { flag: stale ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    checkRunDirectory(layout);
  }
}

/** Throws when the run-time directory belongs to another data directory that is still there. */
export function checkRunDirectory(layout: Layout): void {
  const owner = ownerOf(layout);
  if (owner === undefined || owner === layout.data) return;
  const runs = [layout.serverPid, layout.agentPid].some((path) => runningPid(path) !== undefined);
  if (!runs && !existsSync(owner)) return;
  throw new Error(`the name "${layout.name}" is taken by the instance in ${owner}: choose another with --name`);
}

function ownerOf(layout: Layout): string | undefined {
  try {
    return readFileSync(ownerFile(layout), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownerFile({ run }: Layout): string {
  return join(run, "data");
}
