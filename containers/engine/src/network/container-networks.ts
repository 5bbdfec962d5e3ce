/** Containers in networks: the engine's own and those that people make. */
import type { Logger } from "@skiff/linux";
import type { Dns, PortPublication } from "../container-spec.ts";
import type { ContainerRecord } from "../containers/record.ts";
import { EngineError } from "../engine-error.ts";
import type { Endpoint, NetworkAttachment, UserNetwork } from "../user-networks.ts";
import { connectNamespace, hardwareAddressOf, removeLink, setDefaultRoute } from "./connect-namespace.ts";
import { RESOLVER_ADDRESS, startResolver } from "./container-resolver.ts";
import { parseCidr } from "./ipv4-range.ts";
import { hostResolvConf } from "./name-files.ts";
import type { Names } from "./name-service.ts";
import { linksOf, type OpenNetworks, vethName } from "./open-networks.ts";
import type { OpenUserNetworks } from "./open-user-networks.ts";
import type { PacketTable } from "./packet-table.ts";

/** The engine's own network, which containers are in that name none. */
export const DEFAULT_NETWORK = "bridge";

export interface ContainerNetworksDeps {
  readonly networks: OpenNetworks;
  readonly userNetworks: OpenUserNetworks;
  readonly packets: PacketTable;
  /** All containers, for the names they have for each other. */
  containers(): readonly ContainerRecord[];
  /** Where the network namespace of a container is pinned. */
  namespaceOf(id: string): string;
  readonly log: Logger;
}

/** What was reserved for a container that is about to run. */
export interface Reservation {
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly PortPublication[];
}

export class ContainerNetworks implements AsyncDisposable {
  readonly #deps: ContainerNetworksDeps;
  readonly #resolvers = new Map<string, Promise<AsyncDisposable>>();

  constructor(deps: ContainerNetworksDeps) {
    this.#deps = deps;
  }

  /** Gives attachments whose networks are named by id. Throws "not-found", and "invalid" for an address that cannot be had. */
  resolve(attachments: readonly NetworkAttachment[]): NetworkAttachment[] {
    return attachments.map((attachment) => {
      if (attachment.network === DEFAULT_NETWORK || attachment.network === "default")
        return { ...attachment, network: DEFAULT_NETWORK };
      return { ...attachment, network: this.#deps.userNetworks.require(attachment.network).id };
    });
  }

  /** What people call the network with that id. */
  nameOf(network: string): string {
    return this.#deps.userNetworks.get(network)?.name ?? network;
  }

  /** Reserves an address in each network, and the published ports. What fails leaves nothing reserved. */
  reserve(owner: string, attachments: readonly NetworkAttachment[], ports: readonly PortPublication[]): Reservation {
    try {
      const endpoints = attachments.map((attachment, at) => this.#reserveOne(owner, attachment, `eth${at}`));
      const reached = endpoints.find((endpoint) => !this.#isInternal(endpoint));
      const chosen = reached ? this.#deps.packets.reserve(owner, ports) : [...ports];
      if (reached) this.#deps.packets.publish(owner, reached.address, chosen);
      return { endpoints, ports: chosen };
    } catch (error) {
      this.#deps.packets.unpublish(owner);
      for (const { network } of attachments) this.#release(owner, network);
      throw error;
    }
  }

  /** After a restart: the containers that run have what they had, and nobody else has anything. */
  async adopt(): Promise<void> {
    const { userNetworks, packets } = this.#deps;
    const running = this.#deps.containers().filter(({ process, endpoints = [] }) => process && endpoints.length > 0);
    for (const { id } of userNetworks.list()) {
      const members = running.filter(({ endpoints = [] }) => endpoints.some(({ network }) => network === id));
      const owners = new Set(members.map((record) => record.id));
      for (const owner of userNetworks.pool(id).owners()) if (!owners.has(owner)) userNetworks.pool(id).release(owner);
      const links = new Set(members.map((record) => vethName(linkOwner(record.id, id))));
      for (const name of linksOf(userNetworks.bridge(id))) if (!links.has(name)) removeLink(name);
    }
    if (userNetworks.list().length === 0) return;
    for (const { id, endpoints = [], ports } of running) {
      const reached = this.#wayOut(endpoints);
      if (reached) packets.publish(id, reached.address, ports);
    }
    await packets.write();
    for (const record of running) await this.startResolver(record);
  }

  /** Connects a container's namespace with what was reserved. */
  async connect(record: ContainerRecord, endpoints: readonly Endpoint[]): Promise<void> {
    const way = this.#wayOut(endpoints);
    for (const endpoint of endpoints) await this.#join(record.id, endpoint, endpoint === way);
    if (this.#deps.packets.has(record.id)) await this.#deps.packets.write();
    await this.startResolver({ ...record, endpoints });
  }

  /** Joins one more network while the container runs; gives where it is in it. */
  async add(record: ContainerRecord, attachment: NetworkAttachment): Promise<Endpoint> {
    const { endpoints = [] } = record;
    const used = new Set(endpoints.map((endpoint) => endpoint.interface));
    let at = 0;
    while (used.has(`eth${at}`)) at++;
    const endpoint = this.#reserveOne(record.id, attachment, `eth${at}`);
    try {
      await this.#join(record.id, endpoint, this.#wayOut([...endpoints, endpoint]) === endpoint);
    } catch (error) {
      this.#release(record.id, endpoint.network);
      throw error;
    }
    return endpoint;
  }

  /** Leaves one network while the container runs. `left` are the endpoints that stay. */
  async leave(record: ContainerRecord, endpoint: Endpoint, left: readonly Endpoint[]): Promise<void> {
    removeLink(vethName(linkOwner(record.id, endpoint.network)));
    if (endpoint.network === DEFAULT_NETWORK) await this.#deps.networks.detach(record.id);
    else this.#release(record.id, endpoint.network);
    const way = this.#wayOut(left);
    if (way) setDefaultRoute(this.#deps.namespaceOf(record.id), way.interface, way.gateway);
    if (way) this.#deps.packets.publish(record.id, way.address, record.ports);
    else this.#deps.packets.unpublish(record.id);
    if (record.ports.length > 0) await this.#deps.packets.write();
  }

  /** Takes all back of a container that has ended. Idempotent. */
  async detach(record: ContainerRecord): Promise<void> {
    const resolver = this.#resolvers.get(record.id);
    this.#resolvers.delete(record.id);
    await (await resolver)?.[Symbol.asyncDispose]();
    if (this.#deps.packets.unpublish(record.id)) await this.#deps.packets.write();
    for (const { network } of attachmentsOf(record)) {
      if (network === DEFAULT_NETWORK) await this.#deps.networks.detach(record.id);
      else this.#release(record.id, network);
    }
  }

  /** Answers names in the namespace of a container that is in a network of its own; does nothing for others. */
  async startResolver(record: ContainerRecord): Promise<void> {
    const { id, spec, endpoints = [] } = record;
    if (!hasResolver(endpoints) || this.#resolvers.has(id)) return;
    const starting = startResolver({
      namespace: this.#deps.namespaceOf(id),
      names: this.#namesFor(id),
      upstreams: () => this.#upstreams(id, spec.dns?.servers),
      log: this.#deps.log,
    });
    this.#resolvers.set(id, starting);
    try {
      await starting;
    } catch (error) {
      this.#resolvers.delete(id);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#resolvers.values()].map(async (resolver) => (await resolver)[Symbol.asyncDispose]()));
  }

  #reserveOne(owner: string, attachment: NetworkAttachment, inside: string): Endpoint {
    const { network, address, hardwareAddress } = attachment;
    if (network === DEFAULT_NETWORK) {
      if (address !== undefined)
        throw new EngineError("invalid", "user specified IP address is supported on user defined networks only");
      const given = this.#deps.networks.reserve(owner, []).address;
      return endpointOf(network, inside, given, 32, this.#deps.networks.gateway(), hardwareAddress);
    }
    const { subnet, gateway, isChosen } = this.#deps.userNetworks.require(network);
    if (isChosen && address !== undefined)
      throw new EngineError(
        "invalid",
        "user specified IP address is supported only when connecting to networks with user configured subnets",
      );
    const given = this.#deps.userNetworks.pool(network).lease(owner, address);
    return endpointOf(network, inside, given, parseCidr(subnet).prefixLength, gateway, hardwareAddress);
  }

  async #join(owner: string, endpoint: Endpoint, isWayOut: boolean): Promise<void> {
    const namespace = this.#deps.namespaceOf(owner);
    const { network, address, prefixLength, hardwareAddress } = endpoint;
    const gateway = isWayOut ? endpoint.gateway : undefined;
    if (network === DEFAULT_NETWORK) {
      await this.#deps.networks.connect(owner, namespace, { inside: endpoint.interface, gateway, hardwareAddress });
      return;
    }
    connectNamespace({
      ...{
        path: namespace,
        bridge: this.#deps.userNetworks.bridge(network),
        veth: vethName(linkOwner(owner, network)),
      },
      ...{ inside: endpoint.interface, address, prefixLength, gateway, hardwareAddress },
      mtu: mtuOf(this.#deps.userNetworks.require(network)),
    });
  }

  #release(owner: string, network: string): void {
    if (network === DEFAULT_NETWORK) return;
    if (this.#deps.userNetworks.get(network)) this.#deps.userNetworks.pool(network).release(owner);
  }

  #isInternal({ network }: Endpoint): boolean {
    return network !== DEFAULT_NETWORK && this.#deps.userNetworks.get(network)?.internal === true;
  }

  /** The endpoint that the default route goes through: the first that leads out. */
  #wayOut(endpoints: readonly Endpoint[]): Endpoint | undefined {
    return endpoints.find((endpoint) => !this.#isInternal(endpoint));
  }

  #upstreams(id: string, own: readonly string[] | undefined): readonly string[] {
    const { endpoints = [] } = this.#deps.containers().find((record) => record.id === id) ?? {};
    if (!this.#wayOut(endpoints)) return [];
    if (own && own.length > 0) return own;
    return [...hostResolvConf().matchAll(/^nameserver\s+(\S+)/gm)].map(([, server = ""]) => server);
  }

  #namesFor(id: string): Names {
    const neighbours = function* (this: ContainerNetworks): Generator<[ContainerRecord, Endpoint]> {
      const all = this.#deps.containers();
      const mine = new Set(all.find((record) => record.id === id)?.endpoints?.map(({ network }) => network));
      for (const record of all)
        for (const endpoint of record.endpoints ?? [])
          if (endpoint.network !== DEFAULT_NETWORK && mine.has(endpoint.network)) yield [record, endpoint];
    }.bind(this);
    return {
      addressesOf: (name) => {
        const own = this.#deps.containers().find((record) => record.id === id);
        const wanted = (own && linkedName(own, name)) ?? name;
        return neighbours()
          .filter(([record, { network }]) => isNamed(record, network, wanted))
          .map(([, { address }]) => address)
          .toArray();
      },
      nameOf: (address) => {
        const found = neighbours().find(([, endpoint]) => endpoint.address === address);
        if (!found) return undefined;
        const [{ name }, { network }] = found;
        return `${name}.${this.#deps.userNetworks.get(network)?.name ?? network}`;
      },
    };
  }
}

/** The networks a container is in by its spec: none where it shares a namespace or has none. */
export function attachmentsOf({ spec }: Pick<ContainerRecord, "spec">): readonly NetworkAttachment[] {
  const { network = "bridge" } = spec;
  if (network === "bridge") return [{ network: DEFAULT_NETWORK }];
  return typeof network === "object" && "networks" in network ? network.networks : [];
}

/** Whether a container with these endpoints finds others by name. */
export function hasResolver(endpoints: readonly Endpoint[]): boolean {
  return endpoints.some(({ network }) => network !== DEFAULT_NETWORK);
}

/** What the resolv.conf of a container with these endpoints says: its own resolver, which asks the servers it was given for the rest. */
export function resolverOf(endpoints: readonly Endpoint[], dns: Dns | undefined): Dns | undefined {
  if (!hasResolver(endpoints)) return dns;
  return { ...dns, servers: [RESOLVER_ADDRESS], options: [...(dns?.options ?? []), "ndots:0"] };
}

function isNamed({ id, name, spec }: ContainerRecord, network: string, wanted: string): boolean {
  if (wanted === name.toLowerCase() || wanted === id.slice(0, 12)) return true;
  const { aliases = [] } = attachmentsOf({ spec }).find((attachment) => attachment.network === network) ?? {};
  return aliases.some((alias) => alias.toLowerCase() === wanted);
}

/** The container that `record` means by `alias`; undefined where it means no other than everybody does. */
function linkedName(record: ContainerRecord, alias: string): string | undefined {
  const links = attachmentsOf(record).flatMap(({ links = [] }) => links);
  return links.find((link) => link.alias.toLowerCase() === alias)?.container.toLowerCase();
}

function linkOwner(owner: string, network: string): string {
  return network === DEFAULT_NETWORK ? owner : `${owner} ${network}`;
}

function mtuOf({ options }: UserNetwork): number | undefined {
  const mtu = Number(options["com.docker.network.driver.mtu"] ?? 0);
  return Number.isInteger(mtu) && mtu >= 68 && mtu <= 65_535 ? mtu : undefined;
}

function endpointOf(
  network: string,
  inside: string,
  address: string,
  prefixLength: number,
  gateway: string,
  hardwareAddress = hardwareAddressOf(address),
): Endpoint {
  return { network, interface: inside, address, prefixLength, gateway, hardwareAddress };
}
