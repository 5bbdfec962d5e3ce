/** The long-running processes of an instance: pid files that cannot be mistaken for another process, and stopping. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A process as a pid file names it: the kernel's start time tells it from a later one with the same number. */
interface Identity {
  readonly pid: number;
  readonly startTime: string;
}

/** Records this process in `path`, unless the one recorded there still runs: gives its pid then, and records nothing. */
export function claimPid(path: string): number | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, startTime: startTimeOf(process.pid) }));
  try {
    for (;;) {
      // A link is made by one of several that try at once, and never half written.
      if (link(own, path)) return undefined;
      const holder = runningPid(path);
      if (holder !== undefined) return holder;
      setAside(path);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** Removes a stale record; one that somebody made meanwhile is put back. */
function setAside(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (runningPid(aside) !== undefined) link(aside, path);
  rmSync(aside, { force: true });
}

function link(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
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

/**
 * Asks the process recorded in `path` to end and waits; ends it the hard way after `graceMs`. Gives whether there was one. The
 * record stays: it names nobody any more, and by the time it could be deleted it may be another's.
 */
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
