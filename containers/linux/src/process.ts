/** Processes by identity: a number that the kernel gave to another process meanwhile is never mistaken for the old one. */
import { readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";
import { close, isSystemError, pidfdOpen, pidfdSendSignal } from "./libc.ts";

/** A process, told apart from later ones with the same id by when it started (clock ticks since boot). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: number;
}

/** Who process `pid` is now; undefined when there is none, or it is a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name in parentheses may contain anything, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return { pid, startTime: Number(fields[19]) };
}

/** True while that very process runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Sends a signal to that very process. False when it is gone. */
export function signalProcess(process: ProcessIdentity, signal: number): boolean {
  let fd: number;
  try {
    fd = pidfdOpen(process.pid);
  } catch (error) {
    if (isSystemError(error, "ESRCH", "EINVAL")) return false;
    throw error;
  }
  try {
    // Checked after the descriptor holds the process: from here the id cannot be given away.
    if (!isAlive(process)) return false;
    pidfdSendSignal(fd, signal);
    return true;
  } catch (error) {
    if (isSystemError(error, "ESRCH")) return false;
    throw error;
  } finally {
    close(fd);
  }
}

/** The number of a signal given as "SIGTERM", "TERM" or "15"; undefined when there is none. "RTMIN+n" is known, too. */
export function signalNumber(name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name) > 0 && Number(name) < 65 ? Number(name) : undefined;
  const short = name.toUpperCase().replace(/^SIG/, "");
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(short);
  if (realtime) {
    const base = realtime[1] === "MIN" ? 34 : 64;
    const number = base + (realtime[2] === "-" ? -1 : 1) * Number(realtime[3] ?? 0);
    return number >= 34 && number <= 64 ? number : undefined;
  }
  return (constants.signals as Readonly<Record<string, number>>)[`SIG${short}`];
}

/** The name of a signal number ("SIGKILL"). */
export function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found?.[0] ?? `SIGRTMIN+${number - 34}`;
}

/** Differs after every boot of the machine. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Path and inode of a process's namespace, such as "net:[4026531840]"; undefined when the process is gone. */
export function namespaceOf(pid: number, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}
