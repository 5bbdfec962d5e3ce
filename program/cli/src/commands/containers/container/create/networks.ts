/** `--network` and what belongs to it: the networks of a new container and its addresses, names and links there. */
import type { ParsedFlags } from "../../../../docker-client/parse-flags.ts";
import { VerbFailure } from "../../verb.ts";
import { csv, pairs, splitAt } from "./values.ts";

/** What a create request says about networks. */
export interface Networks {
  readonly mode: string;
  readonly endpoints: Record<string, Endpoint>;
}

interface Endpoint {
  IPAMConfig?: { IPv4Address?: string; IPv6Address?: string; LinkLocalIPs?: string[] };
  Aliases?: string[];
  Links?: string[];
  DriverOpts?: Record<string, string>;
  MacAddress?: string;
  GwPriority?: number;
}

/** Reads the flags. The first network is the one of `NetworkMode`; flags beside `--network` are about it. Throws VerbFailure. */
export function parseNetworks(flags: ParsedFlags): Networks {
  const asked = flags.list("network").map(parseNetwork);
  const [first = { name: "default", endpoint: {} }, ...others] = asked;
  addOptions(first, flags);
  const endpoints: Record<string, Endpoint> = {};
  for (const { name, endpoint } of [first, ...others]) {
    if (endpoints[name]) throw new VerbFailure(`network "${name}" is specified multiple times`, 125);
    if (asked.length > 1 && !isUserDefined(name))
      throw new VerbFailure(
        "conflicting options: cannot attach both user-defined and non-user-defined network-modes",
        125,
      );
    if (Object.keys(endpoint).length > 0 || asked.length > 0) endpoints[name] = endpoint;
  }
  return { mode: first.name, endpoints };
}

interface Asked {
  readonly name: string;
  readonly endpoint: Endpoint;
}

/** A name, or `name=…,alias=…,ip=…`. */
function parseNetwork(text: string): Asked {
  if (!text.includes("=")) return { name: text, endpoint: {} };
  const endpoint: Endpoint = {};
  let name = "";
  for (const field of csv(text)) {
    const [key, value] = splitAt(field, "=");
    switch (key.trim().toLowerCase()) {
      case "name":
        name = value;
        break;
      case "alias":
        endpoint.Aliases = [...(endpoint.Aliases ?? []), value];
        break;
      case "ip":
        endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv4Address: value };
        break;
      case "ip6":
        endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv6Address: value };
        break;
      case "mac-address":
        endpoint.MacAddress = value;
        break;
      case "link-local-ip":
        endpoint.IPAMConfig = {
          ...endpoint.IPAMConfig,
          LinkLocalIPs: [...(endpoint.IPAMConfig?.LinkLocalIPs ?? []), value],
        };
        break;
      case "driver-opt":
        endpoint.DriverOpts = { ...endpoint.DriverOpts, ...pairs([value]) };
        break;
      case "gw-priority":
        if (!/^-?\d+$/.test(value)) throw new VerbFailure(`invalid gw-priority: ${value}`, 125);
        endpoint.GwPriority = Number(value);
        break;
      default:
        throw new VerbFailure(`invalid field key ${key}`, 125);
    }
  }
  if (name === "") throw new VerbFailure("network name/id is not specified", 125);
  return { name, endpoint };
}

function addOptions({ name, endpoint }: Asked, flags: ParsedFlags): void {
  const aliases = flags.list("network-alias");
  const links = flags.list("link");
  const linkLocal = flags.list("link-local-ip");
  const [ip, ip6, mac] = [flags.value("ip"), flags.value("ip6"), flags.value("mac-address")];
  const twice = (present: boolean, flag: string, option: string) => {
    if (present) throw new VerbFailure(`conflicting options: cannot specify both --${flag} and ${option}`, 125);
  };
  twice(aliases.length > 0 && endpoint.Aliases !== undefined, "network-alias", "per-network alias");
  twice(ip !== undefined && endpoint.IPAMConfig?.IPv4Address !== undefined, "ip", "per-network IPv4 address");
  twice(ip6 !== undefined && endpoint.IPAMConfig?.IPv6Address !== undefined, "ip6", "per-network IPv6 address");
  if (aliases.length > 0 && !isUserDefined(name))
    throw new VerbFailure("network-scoped aliases are only supported for user-defined networks", 125);
  if (aliases.length > 0) endpoint.Aliases = [...aliases];
  if (links.length > 0 && isUserDefined(name)) endpoint.Links = [...links];
  if (ip !== undefined) endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv4Address: ip };
  if (ip6 !== undefined) endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv6Address: ip6 };
  if (linkLocal.length > 0) endpoint.IPAMConfig = { ...endpoint.IPAMConfig, LinkLocalIPs: [...linkLocal] };
  if (mac !== undefined) endpoint.MacAddress = mac;
}

function isUserDefined(name: string): boolean {
  return !["default", "bridge", "host", "none"].includes(name) && !name.startsWith("container:");
}
