import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inNamespaces, interfaceIndex, isPinned, isSystemError, Links, writeSysctl } from "@skiff/linux";
import type { PortPublication } from "../container-spec.ts";
import { EngineError } from "../engine-error.ts";
import type { InterfaceCounters, Networks } from "../networks.ts";
import { AddressPool } from "./address-pool.ts";
import { connectNamespace, hardwareAddressOf, type Joint, removeLink } from "./connect-namespace.ts";
import { parseCidr } from "./ipv4-range.ts";
import type { PacketTable } from "./packet-table.ts";

/** The engine's own view of its network: what gets an address is an owner, named by its id. */
export interface OpenNetworks extends Networks {
  readonly table: string;
  /** Gives an owner an address, the same one if it has one, and chooses the ports of the host it is published on. */
  reserve(
    owner: string,
    ports: readonly PortPublication[],
    wanted?: string,
  ): { address: string; ports: PortPublication[] };
  /** Connects the namespace pinned at `path` with what was reserved: the address, a route, loopback, and the published ports. */
  connect(
    owner: string,
    path: string,
    joint?: Partial<Pick<Joint, "inside" | "gateway" | "hardwareAddress">>,
  ): Promise<void>;
  /**
   * Takes all that back. Idempotent. The interface goes with the namespace, which is the caller's to remove: the kernel does that in the
   * background, where removing it here would keep the process waiting for the grace periods of every network device.
   */
  detach(owner: string): Promise<void>;
  /** After a restart: what is published is what these owners publish, and nobody else has an address. */
  adopt(owners: ReadonlyMap<string, readonly PortPublication[]>): Promise<void>;
}

/** Names of everything an instance has on the network. */
export function networkNames(instance: string): { bridge: string; table: string } {
  return { bridge: `sk-${hash(instance, 8)}`, table: `skiff-${instance}-engine` };
}

/** Opens the network of an instance. The bridge and the rules are made when they are first needed. */
export async function openNetworks(o: {
  readonly instance: string;
  readonly path: string;
  readonly cidr: string;
  readonly packets: PacketTable;
}): Promise<OpenNetworks> {
  const { packets } = o;
  const { bridge } = networkNames(o.instance);
  const pool = await AddressPool.open(o.path, { cidr: o.cidr });
  /** Addresses given back, with the interface that had them and that something may still keep: a process in the namespace, a socket. */
  const retired = new Map<string, string>();
  let ready: Promise<void> | undefined;

  const setUp = async (): Promise<void> => {
    using links = new Links();
    links.addBridge(bridge, Buffer.from(`02${hash(o.instance, 10)}`, "hex"));
    const index = interfaceIndex(bridge);
    if (index === undefined) throw new EngineError("internal", `Cannot find the bridge ${bridge}`);
    links.addAddress(index, pool.gateway(), parseCidr(pool.cidr).prefixLength);
    writeSysctl("net.ipv4.ip_forward", "1");
    writeSysctl(`net.ipv4.conf.${bridge}.send_redirects`, "0");
    // Published ports answer on 127.0.0.1, too.
    writeSysctl(`net.ipv4.conf.${bridge}.route_localnet`, "1");
    packets.setNetwork({ bridge, cidr: pool.cidr, internal: false });
    await packets.write();
  };

  const ensure = (): Promise<void> => {
    ready ??= setUp().catch((error: unknown) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };

  const detach = async (owner: string): Promise<void> => {
    const address = pool.get(owner);
    if (address !== undefined) retired.set(address, vethName(owner));
    if (packets.unpublish(owner)) await packets.write();
    pool.release(owner);
  };

  return {
    bridge,
    table: packets.name,
    podCidr: () => pool.cidr,
    gateway: () => pool.gateway(),
    async setPodCidr(cidr) {
      if (cidr === pool.cidr) return;
      const old = { gateway: pool.gateway(), prefixLength: parseCidr(pool.cidr).prefixLength };
      pool.setCidr(cidr);
      const index = interfaceIndex(bridge);
      ready = undefined;
      if (index === undefined) return;
      using links = new Links();
      // Those that have an address of the old range go on using its gateway.
      if (pool.owners().length === 0) links.removeAddress(index, old.gateway, old.prefixLength);
      await ensure();
    },
    reserve(owner, ports, wanted) {
      const chosen = packets.reserve(owner, ports);
      const address = pool.lease(owner, wanted);
      // Two must never have one address.
      const last = retired.get(address);
      if (last !== undefined && retired.delete(address)) removeLink(last);
      packets.publish(owner, address, chosen);
      return { address, ports: chosen };
    },
    async connect(owner, path, joint) {
      await ensure();
      const address = pool.get(owner);
      if (address === undefined) throw new EngineError("internal", `Cannot connect ${owner}: it has no address`);
      const gateway = pool.gateway();
      connectNamespace({
        path,
        bridge,
        veth: vethName(owner),
        inside: "eth0",
        address,
        hardwareAddress: hardwareAddressOf(address),
        prefixLength: 32,
        gateway,
        ...joint,
      });
      if (packets.has(owner)) await packets.write();
    },
    detach,
    async adopt(owners) {
      for (const owner of pool.owners()) if (!owners.has(owner)) await detach(owner);
      for (const [owner, ports] of owners) {
        const address = pool.get(owner);
        if (address !== undefined) packets.publish(owner, address, ports);
      }
      const known = new Set([...owners.keys()].map(vethName));
      for (const name of linksOf(bridge)) if (!known.has(name)) removeLink(name);
      if (owners.size > 0) await ensure();
    },
    counters: (path) => readCounters(path),
  };
}

/** Interfaces in a bridge; none when there is no such bridge. */
export function linksOf(bridge: string): string[] {
  try {
    return readdirSync(join("/sys/class/net", bridge, "brif"));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

function readCounters(path: string): InterfaceCounters | undefined {
  if (!isPinned(path)) return undefined;
  const text = inNamespaces({ net: path }, () => readFileSync("/proc/thread-self/net/dev", "utf8"));
  const fields = /^\s*eth0:\s*(.*)$/m.exec(text)?.[1]?.split(/\s+/).map(Number);
  if (!fields) return undefined;
  const [rxBytes = 0, , rxErrors = 0] = fields;
  return { rxBytes, rxErrors, txBytes: fields[8] ?? 0, txErrors: fields[10] ?? 0 };
}

/** Name of the interface on the machine's side. */
export function vethName(owner: string): string {
  return `skv${hash(owner, 11)}`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
