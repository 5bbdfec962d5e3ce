/** Says whether a service is still what its containers were made from. */
import { createHash } from "node:crypto";
import type { Service } from "../model.ts";

/**
 * Gives the SHA-256 (64 hexadecimal digits) of what a container of `service` is made from. As in `docker compose`, what may
 * change without a new container is left out: how it is built, pulled, scaled, and what it depends on. The form that is
 * hashed is this project's own: names in order, so that the order of writing does not matter.
 */
export function configHash(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    pull_refresh_after: _refresh,
    scale: _scale,
    depends_on: _dependencies,
    profiles: _profiles,
    develop: _develop,
    deploy,
    ...made
  } = service;
  const { replicas: _replicas, ...deployed } = deploy ?? {};
  return stableHash(Object.keys(deployed).length === 0 ? made : { ...made, deploy: deployed });
}

/** SHA-256 (64 hexadecimal digits) of a JSON value, whatever the order of its keys. */
function stableHash(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(inOrder(value)))
    .digest("hex");
}

/** The same value with the keys of its objects in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, held]) => [key, inOrder(held)]));
}
