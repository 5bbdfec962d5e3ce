/**
 * POST /volumes/prune: anonymous volumes that no container has; all such volumes with the filter `all`, and for clients of before
 * version 1.42 of the API, which know no other way.
 */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { isNo, isYes, volumeTest } from "./volume-filters.ts";

export function pruneVolumes({ engine }: Deps): Handler {
  return async function pruneVolumes(call) {
    const { volumes } = engine;
    const wanted = new Map(filters(call));
    for (const value of wanted.get("all") ?? [])
      if (!isYes(value) && !isNo(value))
        throw new DockerError(
          400,
          `invalid filter 'all': strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
        );
    const all = call.version < 1042 || (wanted.get("all")?.some(isYes) ?? false);
    wanted.delete("all");
    const passes = volumeTest(engine, wanted);
    const deleted: string[] = [];
    let freed = 0;
    for (const volume of await volumes.list()) {
      if (!(all || volume.anonymous) || volumes.users(volume.name).length > 0 || !passes(volume)) continue;
      const bytes = await volumes.usage(volume.name);
      await volumes.remove(volume.name);
      freed += bytes;
      deleted.push(volume.name);
    }
    return { status: 200, json: { VolumesDeleted: deleted, SpaceReclaimed: freed } };
  };
}
