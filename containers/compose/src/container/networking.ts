/** How a container of a service is reached, as a create request says it. Pure. */
import type { NetworkAttachment, Project, Service } from "../model.ts";

/** `NetworkMode` of the HostConfig, and the endpoints by the names of their networks, the main one first. */
export interface Networking {
  readonly mode: string;
  readonly endpoints: Readonly<Record<string, object>>;
}

/** What the endpoints of one container are told. */
export interface EndpointFacts {
  readonly containerName: string;
  /** Whether the service's name and aliases lead to this container. */
  readonly aliases: boolean;
  /** `container:alias`. */
  readonly links: readonly string[];
}

/** The networks of a container. A `network_mode` stands alone. */
export function networking(project: Project, service: Service, facts: EndpointFacts): Networking {
  if (service.network_mode !== undefined) return { mode: service.network_mode, endpoints: {} };
  const entries = byPriority(service).map(([key, attachment], index): [string, object] => [
    project.networks[key]?.name ?? key,
    endpoint(service, attachment, index === 0, facts),
  ]);
  return { mode: entries[0]?.[0] ?? "none", endpoints: Object.fromEntries(entries) };
}

/** The networks of a service: the higher its priority, the earlier it comes; then by name. */
function byPriority(service: Service): [string, NetworkAttachment | null][] {
  return Object.entries(service.networks ?? {}).sort(
    ([a, left], [b, right]) => (right?.priority ?? 0) - (left?.priority ?? 0) || (a < b ? -1 : 1),
  );
}

function endpoint(
  service: Service,
  attachment: NetworkAttachment | null,
  isMain: boolean,
  { containerName, aliases, links }: EndpointFacts,
): object {
  const address = attachment?.ipv4_address;
  const address6 = attachment?.ipv6_address;
  const hasIpam = address !== undefined || address6 !== undefined || attachment?.link_local_ips !== undefined;
  return {
    Aliases: [containerName, ...(aliases ? [service.name, ...(attachment?.aliases ?? [])] : [])],
    Links: links.length === 0 ? undefined : links,
    IPAMConfig: hasIpam
      ? { IPv4Address: address, IPv6Address: address6, LinkLocalIPs: attachment?.link_local_ips }
      : undefined,
    MacAddress: attachment?.mac_address ?? (isMain ? service.mac_address : undefined),
    DriverOpts: attachment?.driver_opts,
    GwPriority: attachment?.gw_priority,
  };
}

/** `ExposedPorts` of a container: published ones and merely exposed ones. */
export function exposedPorts(service: Service): Record<string, object> {
  const exposed = (service.expose ?? []).flatMap(expandRange);
  const published = (service.ports ?? []).map(({ target, protocol = "tcp" }) => `${target}/${protocol}`);
  return Object.fromEntries([...exposed, ...published].map((port) => [port, {}]));
}

/** `PortBindings` of a HostConfig. */
export function portBindings(service: Service): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const { target, protocol = "tcp", host_ip = "", published = "" } of service.ports ?? []) {
    const key = `${target}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: host_ip, HostPort: published }];
  }
  return bindings;
}

/** "8000-8002/udp" is three ports. */
function expandRange(text: string): string[] {
  const [range = "", protocol = "tcp"] = text.split("/");
  const [first = 0, last = first] = range.split("-").map(Number);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => `${first + index}/${protocol}`);
}
