/** The long-running processes of an instance: pid files that cannot be mistaken for another process, and stopping. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A process as a pid file names it: the kernel's start time tells it from a later one with the same number. */
interface Identity {
  readonly pid: number;
  readonly startTime: string;
}

/** Records this process in `path`. */
export function writePid(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
}

/** The pid recorded in `path` when that very process still runs. */
export function runningPid(path: string): number | undefined {
  let recorded: Identity;
  try {
    recorded = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
  return startTimeOf(recorded.pid) === recorded.startTime ? recorded.pid : undefined;
}

/** Asks the process recorded in `path` to end and waits; ends it the hard way after `graceMs`. Gives whether there was one. */
export async function stopProcess(path: string, graceMs: number): Promise<boolean> {
  const pid = runningPid(path);
  if (pid === undefined) return false;
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + graceMs;
  // Not a child of ours: the kernel offers no event without a pidfd, so look every few milliseconds.
  while (runningPid(path) === pid) {
    if (Date.now() > deadline) process.kill(pid, "SIGKILL");
    await delay(10);
  }
  rmSync(path, { force: true });
  return true;
}

/** Field 22 of /proc/<pid>/stat: clock ticks after boot. Undefined when there is no such process, or only its zombie. */
function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
}

/** Resident memory of a process in bytes (VmRSS), or undefined when it is gone. */
export function residentBytes(pid: number): number | undefined {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
