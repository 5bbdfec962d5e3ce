/** `-p` and `--expose`: ports, ranges of them, and the addresses of the host they are published at. */
import { isIP } from "node:net";
import { VerbFailure } from "../../verb.ts";

/** Where a port is published. */
export interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/** What create requests say about ports. */
export interface Ports {
  readonly exposed: Record<string, object>;
  readonly bindings: Record<string, Binding[]>;
}

/** Reads both flags. Throws VerbFailure for what is no port. */
export function parsePorts(publications: readonly string[], exposures: readonly string[]): Ports {
  const ports: Ports = { exposed: {}, bindings: {} };
  for (const text of publications) publish(text.includes("=") ? shortForm(text) : text, ports);
  for (const text of exposures) {
    if (text.includes(":")) throw new VerbFailure(`invalid port format for --expose: ${text}`, 125);
    const [range = "", protocol = "tcp"] = text.split("/", 2);
    const found = parseRange(range);
    if (!found || range === "")
      throw new VerbFailure(`invalid range format for --expose: ${text}, error: invalid syntax`, 125);
    for (let port = found.first; port <= found.last; port++) ports.exposed[`${port}/${protocol}`] = {};
  }
  return ports;
}

function publish(text: string, { exposed, bindings }: Ports): void {
  const [spec = "", protocol = "tcp"] = text.split("/", 2);
  const [, address = "", rest = spec] = /^(.*):([^:]*:[^:]*)$/.exec(spec) ?? [];
  const [inner = "", outer = ""] = rest.split(":").reverse();
  const hostIp = address.replace(/^\[|\]$/g, "");
  if (inner === "") throw new VerbFailure(`no port specified: ${text}<empty>`, 125);
  if (hostIp !== "" && isIP(hostIp) === 0) throw new VerbFailure(`invalid IP address: ${hostIp}`, 125);
  if (!["tcp", "udp", "sctp"].includes(protocol.toLowerCase()))
    throw new VerbFailure(`invalid proto: ${protocol}`, 125);
  const container = parseRange(inner);
  if (!container) throw new VerbFailure(`invalid containerPort: ${inner}`, 125);
  const host = outer === "" ? undefined : parseRange(outer);
  if (outer !== "" && !host) throw new VerbFailure(`invalid hostPort: ${outer}`, 125);
  const count = container.last - container.first;
  if (host && host.last - host.first !== count && count !== 0)
    throw new VerbFailure(`invalid ranges specified for container and host Ports: ${inner} and ${outer}`, 125);
  for (let n = 0; n <= count; n++) {
    const key = `${container.first + n}/${protocol.toLowerCase()}`;
    // One port of the container and several of the host: the engine takes a free one of them.
    const hostPort = host === undefined ? "" : count === 0 && host.first !== host.last ? outer : String(host.first + n);
    exposed[key] = {};
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIp, HostPort: hostPort }];
  }
}

function parseRange(text: string): { readonly first: number; readonly last: number } | undefined {
  const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (first === "" || Number(first) > 65535 || Number(last) > 65535 || Number(last) < Number(first)) return undefined;
  return { first: Number(first), last: Number(last) };
}

/** `published=8080,target=80,protocol=udp` as it is written shortly. */
function shortForm(text: string): string {
  const options = new Map(text.split(",").map((part) => part.split("=", 2) as [string, string]));
  const target = options.get("target");
  if (target === undefined) throw new VerbFailure(`no port specified: ${text}`, 125);
  const published = options.get("published");
  return `${published === undefined ? "" : `${published}:`}${target}/${options.get("protocol") ?? "tcp"}`;
}
