/** What a builder keeps for later builds, as people ask for it and throw it away. */
import type { StepCache } from "./step-cache.ts";
import type { CacheMounts } from "./steps/cache-mounts.ts";

/** A result of a step, or a cache that RUN mounts. */
export interface CacheRecord {
  readonly id: string;
  readonly type: "regular" | "exec.cachemount";
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly used: number;
  readonly inUse: boolean;
}

/** What is kept for later builds. */
export interface BuildCache {
  list(): Promise<CacheRecord[]>;
  /** Forgets a record; false where a build uses it just now. The layer of a step's result is left to a prune of the image store. */
  remove(record: CacheRecord): Promise<boolean>;
}

/** The steps' results and the caches that are mounted, as one list. */
export function buildCache(steps: StepCache, mounts: CacheMounts): BuildCache {
  return {
    async list() {
      const [results, caches] = await Promise.all([steps.list(), mounts.list()]);
      return [
        ...results.map(({ key, result, used }) => ({
          id: key,
          type: "regular" as const,
          bytes: result.empty ? 0 : result.layer.size,
          created: Date.parse(result.created),
          used,
          inUse: false,
        })),
        ...caches.map(({ name, bytes, used, inUse }) => ({
          id: name,
          type: "exec.cachemount" as const,
          bytes,
          created: used,
          used,
          inUse,
        })),
      ];
    },
    async remove({ id, type }) {
      if (type === "exec.cachemount") return mounts.remove(id);
      await steps.remove(id);
      return true;
    },
  };
}
