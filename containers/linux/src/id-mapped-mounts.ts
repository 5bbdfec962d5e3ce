/** Mounts that show files as owned by others than the disk says: root's, for one, as the root's of a user namespace. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { attachMount, cloneMount, mapMountIds } from "./libc.ts";

/** As many ids from 0 in a user namespace as `size` stand for those from `start` outside. */
export interface IdRange {
  readonly start: number;
  readonly size: number;
}

/** Which ids outside a user namespace those inside stand for. */
export interface IdMap {
  readonly uid: IdRange;
  readonly gid: IdRange;
}

/**
 * Mounts each `source` on its `target` so that what belongs to id n on the disk belongs to `start` + n there; what is written there goes
 * the other way, and what this machine's root writes belongs to `size`. Needs Linux 5.12 and a file system that can: throws SystemError (EINVAL) otherwise.
 */
export async function mountIdMapped(
  mounts: readonly { readonly source: string; readonly target: string }[],
  ids: IdMap,
): Promise<void> {
  // A user namespace can be made by a process of one thread alone, which this one is not.
  const holder = spawn("unshare", ["--user", "sh", "-c", "echo; read line"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(holder, "exit").then(() => {
    throw new Error("Cannot make a user namespace: unshare ended early");
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([once(holder.stdout, "data"), ended]);
    for (const kind of ["uid", "gid"] as const) {
      const { start, size } = ids[kind];
      // This process's own root stands for an id that nobody has: without one it could write nothing, and overlays write as who mounted them.
      writeFileSync(`/proc/${holder.pid}/${kind}_map`, `0 ${start} ${size}\n${size} 0 1\n`);
    }
    const namespace = openSync(`/proc/${holder.pid}/ns/user`, "r");
    try {
      for (const { source, target } of mounts) mountOne(source, target, namespace);
    } finally {
      closeSync(namespace);
    }
  } finally {
    holder.stdin.end();
  }
}

function mountOne(source: string, target: string, namespace: number): void {
  const mount = cloneMount(source);
  try {
    mapMountIds(mount, namespace, source);
    attachMount(mount, target);
  } finally {
    closeSync(mount);
  }
}
