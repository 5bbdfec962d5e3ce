/**
 * Namespaces without a process inside: made, entered and left within one synchronous call on the main thread, and kept
 * alive by a bind mount. No other JavaScript can run in between, so nobody else ever sees the thread elsewhere.
 */
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { interfaceIndex, isSystemError, sethostname, setns, unshare } from "./libc.ts";
import { mountBind, unmount } from "./mounts.ts";

export type NamespaceKind = "net" | "ipc" | "uts";

const FLAGS: Readonly<Record<NamespaceKind, number>> = { net: 0x40000000, ipc: 0x08000000, uts: 0x04000000 };

/** Runs `body` in the namespaces at `paths` and comes back, whatever happens. `body` must be synchronous. */
export function inNamespaces<T>(paths: Partial<Record<NamespaceKind, string>>, body: () => T): T {
  return elsewhere(Object.keys(paths) as NamespaceKind[], () => {
    for (const [kind, path] of Object.entries(paths)) {
      const fd = openSync(path, "r");
      try {
        setns(fd, FLAGS[kind as NamespaceKind]);
      } finally {
        closeSync(fd);
      }
    }
    return body();
  });
}

/**
 * Makes new namespaces, runs `inside` in them, and pins each at `<directory>/<kind>`. Gives the paths. When anything fails, nothing
 * stays behind.
 */
export function createNamespaces(
  directory: string,
  kinds: readonly NamespaceKind[],
  inside: { hostname?: string | undefined; sysctls?: Readonly<Record<string, string>> | undefined } = {},
): Partial<Record<NamespaceKind, string>> {
  mkdirSync(directory, { recursive: true });
  const pinned: Partial<Record<NamespaceKind, string>> = {};
  try {
    elsewhere(kinds, () => {
      unshare(kinds.reduce((flags, kind) => flags | FLAGS[kind], 0));
      if (inside.hostname !== undefined && kinds.includes("uts")) sethostname(inside.hostname);
      for (const [name, value] of Object.entries(inside.sysctls ?? {})) writeSysctl(name, value);
      for (const kind of kinds) {
        const path = join(directory, kind);
        writeFileSync(path, "", { mode: 0o400 });
        mountBind(`/proc/thread-self/ns/${kind}`, path);
        pinned[kind] = path;
      }
    });
  } catch (error) {
    removeNamespaces(directory);
    throw error;
  }
  return pinned;
}

/** Pins a namespace of process `pid` at `<directory>/<kind>`. */
export function pinNamespace(directory: string, kind: NamespaceKind, pid: number): void {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, kind);
  writeFileSync(path, "", { mode: 0o400 });
  mountBind(`/proc/${pid}/ns/${kind}`, path);
}

/** Takes the pins away and deletes the directory. The kernel ends a namespace when nothing else uses it. Idempotent. */
export function removeNamespaces(directory: string): void {
  for (const kind of Object.keys(FLAGS)) while (unmount(join(directory, kind)));
  rmSync(directory, { recursive: true, force: true });
}

/** Sets a kernel parameter ("net.ipv4.ip_forward") in the namespaces the thread is in. */
export function writeSysctl(name: string, value: string): void {
  if (!/^[\w.\-/]+$/.test(name) || name.includes(".."))
    throw new TypeError(`Cannot set the sysctl "${name}": not a name`);
  // A slash in a sysctl's name stands for a dot in an interface's.
  const path = name.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
  writeFileSync(join("/proc/sys", path), value);
}

/** Gives the index of an interface in the network namespace at `path`. */
export function interfaceIndexIn(path: string, name: string): number | undefined {
  return inNamespaces({ net: path }, () => interfaceIndex(name));
}

function elsewhere<T>(kinds: readonly NamespaceKind[], body: () => T): T {
  // Another thread's namespaces would not be the process's, and Node's threads are shared.
  if (!isMainThread) throw new Error("Cannot enter a namespace: only the main thread may");
  const home = kinds.map((kind) => [openSync(`/proc/thread-self/ns/${kind}`, "r"), FLAGS[kind]] as const);
  try {
    return body();
  } finally {
    for (const [fd, flag] of home) {
      try {
        setns(fd, flag);
      } catch (error) {
        // Going on in the wrong namespace would configure somebody else's network.
        process.stderr.write(`cannot return from a namespace: ${String(error)}\n`);
        process.abort();
      }
      closeSync(fd);
    }
  }
}

const NSFS_MAGIC = 0x6e736673;

/** True when a namespace is pinned at `path`: a mount, not the empty file that a reboot leaves. */
export function isPinned(path: string): boolean {
  try {
    return statfsSync(path).type === NSFS_MAGIC;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return false;
    throw error;
  }
}
