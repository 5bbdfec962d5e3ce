/** Networks in the shapes Docker gives them. Pure. */
import { createHash } from "node:crypto";
import type { Container, Engine, NetworkAttachment, UserNetwork } from "@skiff/engine";

/** A network as the API lists it: one people made, or one that is always there. */
export interface KnownNetwork {
  readonly id: string;
  /** What endpoints and attachments call it. */
  readonly key: string;
  readonly name: string;
  readonly driver: "bridge" | "host" | "null";
  readonly createdAt: number;
  readonly subnet?: string | undefined;
  readonly gateway?: string | undefined;
  /** Nobody asked for the subnet. */
  readonly isChosen?: boolean | undefined;
  readonly isGatewayChosen?: boolean | undefined;
  readonly attachable?: boolean | undefined;
  readonly ipRange?: string | undefined;
  readonly internal: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

const BRIDGE_OPTIONS = {
  "com.docker.network.bridge.default_bridge": "true",
  "com.docker.network.bridge.enable_icc": "true",
  "com.docker.network.bridge.enable_ip_masquerade": "true",
  "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
  "com.docker.network.driver.mtu": "1500",
};

/** All networks, those that are always there first. */
export function knownNetworks({ networks, userNetworks }: Engine): KnownNetwork[] {
  const fixed = { createdAt: 0, internal: false, labels: {}, options: {} };
  const subnet = networks.podCidr();
  const options = { ...BRIDGE_OPTIONS, "com.docker.network.bridge.name": networks.bridge };
  return [
    { ...fixed, id: fixedId("bridge"), key: "bridge", name: "bridge", driver: "bridge", subnet, options },
    { ...fixed, id: fixedId("host"), key: "host", name: "host", driver: "host" },
    { ...fixed, id: fixedId("none"), key: "none", name: "none", driver: "null" },
    ...userNetworks.list().map((network): KnownNetwork => ({ ...network, key: network.id, driver: "bridge" })),
  ];
}

/** Whether people made it. */
export function isOwn({ key, driver }: Pick<KnownNetwork, "key" | "driver">): boolean {
  return driver === "bridge" && key !== "bridge";
}

/** The network's description; with `containers`, who is in it. */
export function networkShape(network: KnownNetwork, containers: readonly Container[] | undefined): object {
  const { subnet, gateway, ipRange } = network;
  const config = {
    Subnet: subnet,
    ...(ipRange ? { IPRange: ipRange } : {}),
    ...(gateway && !network.isGatewayChosen ? { Gateway: gateway } : {}),
  };
  return {
    Name: network.name,
    Id: network.id,
    Created: new Date(network.createdAt).toISOString(),
    Scope: "local",
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: { Driver: "default", Options: isOwn(network) ? {} : null, Config: subnet === undefined ? [] : [config] },
    Internal: network.internal,
    Attachable: network.attachable === true,
    Ingress: false,
    ConfigFrom: { Network: "" },
    ConfigOnly: false,
    Containers: containers === undefined ? {} : membersOf(network, containers),
    Options: network.options,
    Labels: network.labels,
  };
}

function membersOf({ key }: KnownNetwork, containers: readonly Container[]): object {
  return Object.fromEntries(
    containers.flatMap(({ id, name, endpoints = [] }) =>
      endpoints
        .filter(({ network }) => network === key)
        .map(({ address, prefixLength, hardwareAddress }) => [
          id,
          {
            ...{ Name: name, EndpointID: endpointId(id, key), MacAddress: hardwareAddress },
            ...{ IPv4Address: `${address}/${prefixLength}`, IPv6Address: "" },
          },
        ]),
    ),
  );
}

/** An entry of a container's `NetworkSettings.Networks`. */
export function endpointShape(
  { id, endpoints = [] }: Container,
  network: string,
  attachment: NetworkAttachment | undefined,
  isInternal = false,
): object {
  const endpoint = endpoints.find((each) => each.network === network);
  const { address, aliases, links } = attachment ?? {};
  return {
    IPAMConfig: address === undefined ? null : { IPv4Address: address },
    Links: links === undefined ? null : links.map(({ container, alias }) => `${container}:${alias}`),
    Aliases: aliases === undefined ? null : aliases,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: /^[0-9a-f]{64}$/.test(network) ? network : fixedId(network),
    EndpointID: endpoint ? endpointId(id, network) : "",
    // What leads nowhere has no gateway.
    Gateway: isInternal ? "" : (endpoint?.gateway ?? ""),
    IPAddress: endpoint?.address ?? "",
    MacAddress: endpoint?.hardwareAddress ?? "",
    IPPrefixLen: endpoint?.prefixLength ?? 0,
    IPv6Gateway: "",
    GlobalIPv6Address: "",
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

/** What people call the network with that key. */
export function networkName(key: string, networks: readonly UserNetwork[]): string {
  return networks.find(({ id }) => id === key)?.name ?? key;
}

/** The id that an endpoint is shown under. */
export function endpointId(container: string, network: string): string {
  return createHash("sha256").update(`${container} ${network}`).digest("hex");
}

function fixedId(name: string): string {
  return createHash("sha256").update(`network ${name}`).digest("hex");
}
