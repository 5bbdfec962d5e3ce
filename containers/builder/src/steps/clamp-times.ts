/** SOURCE_DATE_EPOCH: nothing in a layer is younger than the source. */
import { lstat, lutimes } from "node:fs/promises";
import { join } from "node:path";
import type { StepDeps } from "./step-deps.ts";

/** Sets the times of what changed in a snapshot to `epoch` where they are later. */
export async function clampTimes(
  { engine }: Pick<StepDeps, "engine">,
  snapshot: string,
  root: string,
  epoch: Date,
): Promise<void> {
  for (const { path, kind } of await engine.snapshots.changes(snapshot)) {
    if (kind === "deleted") continue;
    const absolute = join(root, path);
    if ((await lstat(absolute)).mtime > epoch) await lutimes(absolute, epoch, epoch);
  }
}
