/** Says whether a service is still what its containers were made from. */
import { createHash } from "node:crypto";
import { goJson } from "../canonical/go-json.ts";
import { printValue } from "../canonical/print-value.ts";
import { SERVICE } from "../canonical/service-form.ts";
import type { BlockIo, Service } from "../model.ts";

/**
 * Gives the SHA-256 (64 hexadecimal digits) of what a container of `service` is made from: the hash that `docker compose`
 * writes, so that neither tool takes what the other has made for changed. What may change without a new container is left
 * out: how it is built, pulled and scaled, and what it depends on.
 */
export function configHash(service: Service): string {
  const {
    build: _build,
    pull_policy: _pull,
    pull_refresh_after: _refresh,
    scale: _scale,
    depends_on: _dependencies,
    profiles: _profiles,
    ...made
  } = service;
  const { deploy, blkio_config: blockIo } = made;
  const { replicas: _replicas, ...deployed } = deploy ?? {};
  const hashed = {
    ...made,
    ...(deploy === undefined ? {} : { deploy: deployed }),
    ...(blockIo === undefined ? {} : { blkio_config: inCapitals(blockIo) }),
  };
  return createHash("sha256")
    .update(goJson(printValue(hashed, SERVICE, "json")))
    .digest("hex");
}

/** `docker compose` writes the attributes of these devices in capitals, where anybody else does not. */
function inCapitals(blockIo: BlockIo): object {
  return Object.fromEntries(
    Object.entries(blockIo).map(([name, held]) => [
      name,
      Array.isArray(held) ? held.map(({ path, ...amount }) => ({ Path: path, ...capitals(amount) })) : held,
    ]),
  );
}

function capitals(members: object): object {
  return Object.fromEntries(
    Object.entries(members).map(([name, held]) => [name.charAt(0).toUpperCase() + name.slice(1), held]),
  );
}
