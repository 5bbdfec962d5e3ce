/** POST /images/prune: images without a name, or with `dangling=false` all that no container was made from; and content nothing refers to. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { noSuchImage } from "../http/docker-error.ts";
import { displayName } from "./display-name.ts";
import { booleanOf, imageFilter } from "./image-filters.ts";
import { namesOf } from "./image-shapes.ts";

const FILTERS = ["until", "label", "label!"];

export function pruneImages({ engine, builder }: Deps): Handler {
  return async function pruneImages(call) {
    const { dangling = ["true"], ...rest } = Object.fromEntries(filters(call));
    const onlyDangling = dangling.every((value) => booleanOf("dangling", value));
    const test = await imageFilter(new Map(Object.entries(rest)), FILTERS, {
      find: (reference) => Promise.reject(noSuchImage(reference)),
    });
    const keep = await builder.cachedDigests();
    const used = new Set((await engine.containers.list()).map(({ imageId }) => imageId));
    const deleted: object[] = [];
    let reclaimed = 0;
    for (const image of await engine.images.list()) {
      if (used.has(image.id) || !test(image)) continue;
      if (onlyDangling && namesOf(image).tags.length > 0) continue;
      const before = await storedBytes();
      const removed = await engine.images.remove(image.id, { keep });
      deleted.push(...removed.untagged.map((name) => ({ Untagged: displayName(name) })));
      deleted.push(...removed.deleted.map((digest) => ({ Deleted: digest })));
      reclaimed += Math.max(before - (await storedBytes()), 0);
    }
    const { freed } = await engine.images.prune({ keep });
    return {
      status: 200,
      json: { ImagesDeleted: deleted.length > 0 ? deleted : null, SpaceReclaimed: reclaimed + freed },
    };
  };

  async function storedBytes(): Promise<number> {
    return (await engine.content.list()).reduce((sum, { size }) => sum + size, 0);
  }
}
