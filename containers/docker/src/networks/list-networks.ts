/** GET /networks. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { networkTest } from "./network-filters.ts";
import { knownNetworks, networkShape } from "./network-shape.ts";

export function listNetworks({ engine }: Deps): Handler {
  return async function listNetworks(call) {
    const passes = networkTest(filters(call), await usedNetworks(engine));
    return {
      status: 200,
      json: knownNetworks(engine)
        .filter(passes)
        .map((network) => networkShape(network, undefined)),
    };
  };
}

/** Keys of the networks that containers are in, running or not. */
export async function usedNetworks({ containers }: Deps["engine"]): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const { spec } of await containers.list()) {
    const { network } = spec;
    if (typeof network === "object" && "networks" in network)
      for (const each of network.networks) used.add(each.network);
  }
  return used;
}
