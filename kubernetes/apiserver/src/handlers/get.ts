/** GET one object. */
import { StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";
import { revisionParameter } from "../query-parameters.ts";
import type { Server } from "../server-parts.ts";
import { keyOf, resourceOf } from "./target.ts";

/** Answers the object as last written, from the cache, once that has every write acknowledged before. */
export function get({ caches }: Pick<Server, "caches">): Handler {
  return async ({ info, query }) => {
    const resource = resourceOf(info);
    const cache = caches.of(resource);
    if (revisionParameter(query) !== 0) await caches.fresh();
    const entry = cache.entries.get(keyOf(info));
    if (!entry) throw StatusError.notFound(resource, info.name);
    return { type: "entry", code: 200, info: resource, entry };
  };
}
