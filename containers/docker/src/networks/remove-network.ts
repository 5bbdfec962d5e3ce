/** DELETE /networks/{id}. */
import { isEngineError } from "@skiff/engine";
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { DockerError } from "../http/docker-error.ts";
import { findNetwork } from "./find-network.ts";
import { isOwn } from "./network-shape.ts";

export function removeNetwork(deps: Deps): Handler {
  return async function removeNetwork({ params: { id = "" } }) {
    const network = findNetwork(deps, id);
    if (!isOwn(network)) throw new DockerError(403, `${network.name} is a pre-defined network and cannot be removed`);
    try {
      await deps.engine.userNetworks.remove(network.id);
    } catch (error) {
      if (isEngineError(error, "conflict")) throw new DockerError(403, error.message, { cause: error });
      throw error;
    }
    const attributes = { name: network.name, type: "bridge" };
    deps.events.publish({ type: "network", action: "destroy", id: network.id, attributes });
    return { status: 204 };
  };
}
