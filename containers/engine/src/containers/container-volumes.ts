/** The volumes of one container: those it names, and those made for it because nobody named one. */

import type { ContainerMount, ContainerSpec } from "../container-spec.ts";
import { isEngineError } from "../engine-error.ts";
import type { Volumes } from "../volumes.ts";

/**
 * Makes the volumes that `mounts` ask for, and one for each path that the image declares and no mount covers. Gives the mounts, every
 * volume named. When one cannot be made, the anonymous ones made before it are deleted again.
 */
export async function makeVolumes(
  volumes: Volumes,
  mounts: readonly ContainerMount[],
  declared: readonly string[],
): Promise<ContainerMount[]> {
  const covered = new Set(mounts.map(({ target }) => target));
  const undeclared = declared.filter((target) => !covered.has(target));
  const made: ContainerMount[] = [];
  try {
    for (const mount of [...mounts, ...undeclared.map((target): ContainerMount => ({ type: "volume", target }))]) {
      if (mount.type !== "volume") made.push(mount);
      else made.push({ ...mount, source: (await volumes.create({ ...mount.volume, name: mount.source })).name });
    }
  } catch (error) {
    await removeAnonymous(volumes, { mounts: made });
    throw error;
  }
  return made;
}

/** Names of the volumes a container mounts. */
export function volumesOf({ mounts = [] }: Pick<ContainerSpec, "mounts">): string[] {
  return mounts.flatMap(({ type, source }) => (type === "volume" && source !== undefined ? [source] : []));
}

/** Deletes the anonymous volumes of a container that is gone, unless another has taken them over. */
export async function removeAnonymous(volumes: Volumes, spec: Pick<ContainerSpec, "mounts">): Promise<void> {
  for (const name of volumesOf(spec)) {
    if (!(await volumes.get(name))?.anonymous) continue;
    try {
      await volumes.remove(name);
    } catch (error) {
      if (!isEngineError(error, "conflict") && !isEngineError(error, "not-found")) throw error;
    }
  }
}
