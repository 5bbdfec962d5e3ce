/** POST /networks/prune: networks people made that no container is in. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { timeOf } from "../http/time-of.ts";
import { usedNetworks } from "./list-networks.ts";
import { networkTest } from "./network-filters.ts";
import { isOwn, knownNetworks } from "./network-shape.ts";

export function pruneNetworks({ engine, now }: Deps): Handler {
  return async function pruneNetworks(call) {
    const wanted = new Map(filters(call));
    const [until] = wanted.get("until") ?? [];
    wanted.delete("until");
    const before = until === undefined ? Number.POSITIVE_INFINITY : timeOf(until, now());
    const used = await usedNetworks(engine);
    const passes = networkTest(wanted, used);
    const deleted: string[] = [];
    for (const network of knownNetworks(engine)) {
      if (!isOwn(network) || used.has(network.key) || network.createdAt >= before || !passes(network)) continue;
      await engine.userNetworks.remove(network.id);
      deleted.push(network.name);
    }
    return { status: 200, json: { NetworksDeleted: deleted.length === 0 ? null : deleted } };
  };
}
