import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { interfaceIndex, Links, writeSysctl } from "@skiff/linux";
import { EngineError } from "../engine-error.ts";
import { KeyedMutex } from "../mutex.ts";
import { RecordStore } from "../record-store.ts";
import type { UserNetwork, UserNetworkSpec, UserNetworks } from "../user-networks.ts";
import { AddressPool } from "./address-pool.ts";
import { removeLink } from "./connect-namespace.ts";
import { formatIpv4, overlap, parseCidr, parseIpv4 } from "./ipv4-range.ts";
import type { PacketTable } from "./packet-table.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Names with a meaning of their own. */
const PREDEFINED = new Set(["bridge", "host", "none", "default", "container"]);

/** Ranges to choose from, in this order. */
const CHOICES = [
  ...Array.from({ length: 14 }, (_, i) => `172.${18 + i}.0.0/16`),
  ...Array.from({ length: 16 }, (_, i) => `192.168.${16 * i}.0/20`),
];

export interface OpenUserNetworks extends UserNetworks {
  /** As `get`; throws "not-found". */
  require(reference: string): UserNetwork;
  pool(id: string): AddressPool;
  bridge(id: string): string;
}

/** Name of the bridge of a network. */
export function bridgeOf(instance: string, id: string): string {
  return `sku${createHash("sha256").update(`${instance} ${id}`).digest("hex").slice(0, 11)}`;
}

/** Opens the networks recorded below `root`; their bridges are there when this resolves. `runDir` holds the addresses given out. */
export async function openUserNetworks(o: {
  readonly root: string;
  readonly runDir: string;
  readonly instance: string;
  readonly packets: PacketTable;
  /** Ranges that are the engine's own. */
  readonly taken: () => readonly string[];
}): Promise<OpenUserNetworks> {
  const records = await RecordStore.open<UserNetwork>(o.root);
  const pools = new Map<string, AddressPool>();
  const mutex = new KeyedMutex();

  const open = async (network: UserNetwork): Promise<void> => {
    const { id, subnet, gateway, ipRange, internal } = network;
    const range = { cidr: subnet, gateway, choices: ipRange };
    pools.set(id, await AddressPool.open(join(o.runDir, `network-${id.slice(0, 12)}.json`), range));
    setUpBridge(bridgeOf(o.instance, id), network);
    o.packets.setNetwork({ bridge: bridgeOf(o.instance, id), cidr: subnet, internal });
  };
  const close = (id: string): void => {
    const bridge = bridgeOf(o.instance, id);
    o.packets.removeNetwork(bridge);
    removeLink(bridge);
    pools.get(id)?.delete();
    pools.delete(id);
  };
  for (const network of records.list()) await open(network);

  const find = (reference: string): UserNetwork | undefined => {
    const exact = records.get(reference) ?? records.list().find(({ name }) => name === reference);
    if (exact || reference === "") return exact;
    const matches = records.list().filter(({ id }) => id.startsWith(reference));
    if (matches.length > 1)
      throw new EngineError(
        "invalid",
        `network ${reference} is ambiguous (${matches.length} matches found based on ID prefix)`,
      );
    return matches[0];
  };
  const require = (reference: string): UserNetwork => {
    const found = find(reference);
    if (!found) throw new EngineError("not-found", `network ${reference} not found`);
    return found;
  };

  const rangeOf = ({
    subnet,
    gateway,
    ipRange,
  }: UserNetworkSpec): Pick<UserNetwork, "subnet" | "isChosen" | "isGatewayChosen" | "gateway" | "ipRange"> => {
    const taken = [...records.list().map((network) => network.subnet), ...o.taken()];
    if (subnet === undefined) {
      if (gateway !== undefined || ipRange !== undefined)
        throw new EngineError("invalid", "failed to parse pool request for address space: no subnet was given");
      const routed = [...taken, ...routedRanges()];
      const free = CHOICES.find((choice) => !routed.some((other) => overlap(choice, other)));
      if (free === undefined)
        throw new EngineError("unavailable", "all predefined address pools have been fully subnetted");
      return { subnet: free, isChosen: true, gateway: formatIpv4(parseCidr(free).first + 1) };
    }
    const { first, prefixLength } = parseCidr(subnet);
    if (formatIpv4(first) !== subnet.split("/")[0])
      throw new EngineError("invalid", `invalid subnet ${subnet}: it should be ${formatIpv4(first)}/${prefixLength}`);
    if (taken.some((other) => overlap(subnet, other)))
      throw new EngineError("conflict", "Pool overlaps with other one on this address space");
    if (ipRange !== undefined && !within(ipRange, subnet))
      throw new EngineError("invalid", `invalid ip-range ${ipRange}: parent subnet ${subnet} does not contain it`);
    if (gateway !== undefined && !within(`${gateway}/30`, subnet))
      throw new EngineError(
        "invalid",
        `invalid gateway ${gateway}: parent subnet ${subnet} doesn't contain this address`,
      );
    return {
      ...{ subnet, gateway: gateway ?? formatIpv4(first + 1) },
      ...(gateway === undefined ? { isGatewayChosen: true } : {}),
      ...(ipRange === undefined ? {} : { ipRange }),
    };
  };

  return {
    // One at a time: two must not choose one range.
    create: (spec) =>
      mutex.run("", async () => {
        if (!NAME.test(spec.name))
          throw new EngineError(
            "invalid",
            `invalid network name ${JSON.stringify(spec.name)}: only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
          );
        if (PREDEFINED.has(spec.name) || records.list().some(({ name }) => name === spec.name))
          throw new EngineError("conflict", `network with name ${spec.name} already exists`);
        const network: UserNetwork = {
          ...{ id: randomBytes(32).toString("hex"), name: spec.name, createdAt: Date.now() },
          ...{ internal: spec.internal === true, labels: { ...spec.labels }, options: { ...spec.options } },
          ...(spec.attachable ? { attachable: true } : {}),
          ...rangeOf(spec),
        };
        await records.save(network);
        try {
          await open(network);
          await o.packets.write();
        } catch (error) {
          close(network.id);
          await records.remove(network.id);
          throw error;
        }
        return network;
      }),
    get: find,
    require,
    list: () => records.list(),
    remove: (reference) =>
      mutex.run("", async () => {
        const { id, name } = require(reference);
        if ((pools.get(id)?.owners().length ?? 0) > 0)
          throw new EngineError(
            "conflict",
            `error while removing network: network ${name} id ${id} has active endpoints`,
          );
        close(id);
        await o.packets.write();
        // Last: a crash on the way leaves a network that is whole again after the next start.
        await records.remove(id);
      }),
    pool(id) {
      const found = pools.get(id);
      if (!found) throw new EngineError("not-found", `network ${id} not found`);
      return found;
    },
    bridge: (id) => bridgeOf(o.instance, id),
  };
}

function setUpBridge(bridge: string, { id, gateway, subnet }: UserNetwork): void {
  using links = new Links();
  links.addBridge(bridge, Buffer.from(`02${id.slice(0, 10)}`, "hex"));
  const index = interfaceIndex(bridge);
  if (index === undefined) throw new EngineError("internal", `Cannot find the bridge ${bridge}`);
  links.addAddress(index, gateway, parseCidr(subnet).prefixLength);
  writeSysctl("net.ipv4.ip_forward", "1");
  // Published ports answer on 127.0.0.1, too.
  writeSysctl(`net.ipv4.conf.${bridge}.route_localnet`, "1");
}

function within(inner: string, outer: string): boolean {
  const [a, b] = [parseCidr(inner), parseCidr(outer)];
  const address = parseIpv4(inner.split("/")[0] ?? "");
  return address >= b.first && Math.max(address, a.first) < b.first + b.size && a.size <= b.size;
}

/** What the machine has routes to, the default route left out. */
function routedRanges(): string[] {
  const lines = readFileSync("/proc/net/route", "utf8").trim().split("\n").slice(1);
  return lines.flatMap((line) => {
    const [, destination = "", , , , , , mask = ""] = line.split("\t");
    const bits = Number.parseInt(mask, 16).toString(2).split("1").length - 1;
    if (bits === 0) return [];
    // A range of fewer addresses than a network can have still must not be covered by one.
    const address = Buffer.from(destination, "hex").reverse().join(".");
    return [`${address}/${Math.min(bits, 30)}`];
  });
}
