/**
 * A process namespace that the containers of a sandbox share. The kernel ends one with its first process, so there is a container that
 * does nothing but be that process.
 */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "@skiff/linux";
import type { Container, Containers } from "../containers.ts";
import { EngineError } from "../engine-error.ts";
import type { Sandbox } from "../sandboxes.ts";
import type { Snapshots } from "../snapshots.ts";

/** The empty root file system of all these containers. */
const SNAPSHOT = "shared-processes";
const LABEL = "io.skiff.shared-processes";
/** By this name busybox waits for whatever ends in its namespace. */
const PROGRAM = "/init";
/** To the kernel it is worth keeping: with it all others end. */
const OOM_SCORE_ADJ = -998;
const NOBODY = "65535:65535";

/** Name of the container that keeps a sandbox's process namespace. */
export function holderName(sandbox: string): string {
  return `shared-processes-${sandbox}`;
}

/** The sandbox whose process namespace a container keeps; undefined for all other containers. */
export function heldBy({ spec }: Pick<Container, "spec">): string | undefined {
  return spec.labels?.[LABEL];
}

/** Makes the process namespace of a sandbox, and starts its first process. */
export async function holdProcesses(
  { containers, snapshots }: { readonly containers: Containers; readonly snapshots: Snapshots },
  { id, spec }: Sandbox,
): Promise<void> {
  await ensureSnapshot(snapshots);
  const holder = await containers.create({
    name: holderName(id),
    root: { snapshot: SNAPSHOT },
    entrypoint: [PROGRAM],
    mounts: [
      { type: "bind", source: findBusybox(), target: PROGRAM, readonly: true },
      // It is to start nothing.
      { type: "bind", source: "/dev/null", target: "/etc/inittab", readonly: true },
    ],
    user: NOBODY,
    network: { sandbox: id },
    ipc: { sandbox: id },
    log: "none",
    labels: { [LABEL]: id },
    cgroupParent: spec.cgroupParent,
    resources: { cpuShares: 2, oomScoreAdj: OOM_SCORE_ADJ },
    security: { capDrop: ["ALL"], noNewPrivileges: true, readonlyRootfs: true },
  });
  await containers.start(holder.id);
}

// Several sandboxes may want the first at once.
async function ensureSnapshot(snapshots: Snapshots): Promise<void> {
  if (await snapshots.get(SNAPSHOT)) return;
  try {
    await snapshots.prepare(SNAPSHOT, "");
  } catch (error) {
    if (!(error instanceof EngineError && error.code === "conflict")) throw error;
  }
}

/** Path of a busybox that needs no libraries, which `skiff` requires of a machine anyway. */
function findBusybox(): string {
  const found = ["/bin", "/usr/bin", "/sbin", "/usr/local/bin"].map((each) => join(each, "busybox")).find(isExecutable);
  if (found) return found;
  throw new EngineError(
    "unsupported",
    "Cannot share a process namespace: there is no busybox on this machine (apt-get install busybox-static)",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT", "ENOTDIR", "EACCES")) return false;
    throw error;
  }
}
