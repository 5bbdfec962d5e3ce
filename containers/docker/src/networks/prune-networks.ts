/** POST /networks/prune: networks people made that no container is in. */
import type { Deps } from "../deps.ts";
import { filters, type Handler } from "../http/call.ts";
import { usedNetworks } from "./list-networks.ts";
import { isOwn, networkTest } from "./network-filters.ts";
import { knownNetworks } from "./network-shape.ts";

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

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** A moment, or how long ago one was ("24h", "1h30m"), in milliseconds since the epoch. */
function timeOf(text: string, now: number): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh])/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join("") === text)
    return now - parts.reduce((sum, [, number = "", unit = ""]) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
  return Date.parse(text);
}
