/** POST /images/prune: what no image, container or cached build step refers to. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";

export function pruneImages({ engine, builder }: Deps): Handler {
  return async function pruneImages() {
    const { freed, digests } = await engine.images.prune({ keep: await builder.cachedDigests() });
    return {
      status: 200,
      json: { ImagesDeleted: digests.map((digest) => ({ Deleted: digest })), SpaceReclaimed: freed },
    };
  };
}
