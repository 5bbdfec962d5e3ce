/** GET one object. */
import { StatusError } from "@skiff/api";
import type { Handler } from "../call.ts";
import { revisionParameter } from "../query-parameters.ts";
import type { Server } from "../server-parts.ts";
import { keyOf, resourceOf } from "./target.ts";

/**
 * Answers the object from the cache: as last written, once the cache has every write acknowledged before; with a
 * `resourceVersion`, as it was then or later; with "0", as it happens to be.
 */
export function get({ caches }: Pick<Server, "caches">): Handler {
  return async ({ info, query }) => {
    const resource = resourceOf(info);
    const cache = caches.of(resource);
    const version = versionOf(query);
    if (version === undefined) await caches.fresh();
    else await caches.atLeast(version);
    const entry = cache.entries.get(keyOf(info));
    if (!entry) throw StatusError.notFound(resource, info.name);
    if (cache.convert) await cache.convert([entry]);
    return { type: "entry", code: 200, info: resource, entry };
  };
}

/** A version that is none is the server's failure here, and only here: clients have come to know it so. */
function versionOf(query: URLSearchParams): number | undefined {
  try {
    return revisionParameter(query);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new StatusError({ ...error.status, code: 500, reason: undefined });
  }
}
