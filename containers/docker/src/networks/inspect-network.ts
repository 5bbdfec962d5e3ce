/** GET /networks/{id}. */
import type { Deps } from "../deps.ts";
import type { Handler } from "../http/call.ts";
import { findNetwork } from "./find-network.ts";
import { networkShape } from "./network-shape.ts";

export function inspectNetwork(deps: Deps): Handler {
  return async function inspectNetwork({ params: { id = "" } }) {
    const network = findNetwork(deps, id);
    return { status: 200, json: networkShape(network, await deps.engine.containers.list()) };
  };
}
