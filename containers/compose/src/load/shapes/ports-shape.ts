/** `services.*.ports`. */
import { isIP } from "node:net";
import { list, type Mapping, mapping, type Node, scalar } from "../node.ts";
import { quoted } from "../quoted.ts";
import { failAt } from "../source.ts";
import { keyOf, listOf, object } from "./collections.ts";
import { atom, integer, looseText, oneOf, text } from "./scalars.ts";
import { isOpaque, mustBe, type Reading, type Shape } from "./shape.ts";

const PORT_RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;
/** Two ranges, an IPv6 address and a protocol are shorter. */
const LONGEST = 100;
const EXPECTED = 'a port such as 80, "8080:80", "127.0.0.1:8080:80/udp" or "3000-3005"';

const published: Shape = atom((node, path, reading) => {
  const read = looseText.read(node, path, reading);
  const isRange = read.kind === "scalar" && (read.value === "" || rangeOf(String(read.value)) !== undefined);
  return isRange ? read : mustBe(node, path, "a port or a range of ports");
});

const port = object({
  name: text,
  mode: oneOf("host", "ingress"),
  host_ip: text,
  target: integer(1, 65535),
  published,
  protocol: looseText,
  app_protocol: text,
});
const ports = listOf(port, keyOf("host_ip", "published", "target", "protocol"));

/** The short syntax, where one entry may stand for several ports, and the long one. */
export const portList: Shape = {
  read(node, path, reading) {
    if (isOpaque(node, reading)) return node;
    if (node.kind !== "list") return mustBe(node, path, "a list");
    const expanded = node.items.flatMap((item, index) => expand(item, `${path}[${index}]`, reading));
    return ports.read(list(expanded, node), path, reading);
  },
  merge: ports.merge,
};

function expand(item: Node, path: string, reading: Reading): readonly Node[] {
  if (item.kind === "map") {
    if (!item.entries.has("target") && item.tag === undefined) return failAt(item.at, path, "a port needs a target");
    return [withDefaults(item)];
  }
  if (isOpaque(item, reading)) return [item];
  if (item.kind !== "scalar" || item.value === null) return mustBe(item, path, EXPECTED);
  return shortPorts(String(item.value), item, path, reading);
}

function withDefaults(item: Mapping): Mapping {
  const defaults = mapping({ mode: scalar("ingress", item), protocol: scalar("tcp", item) }, item);
  return { ...item, entries: new Map([...defaults.entries, ...item.entries]) };
}

function shortPorts(written: string, node: Node, path: string, reading: Reading): readonly Node[] {
  const wrong = (reason: string): never => failAt(node.at, path, `${quoted(written)} is no port: ${reason}`);
  if (written.length > LONGEST) return wrong(`it must be ${EXPECTED}`);
  const match = /^(?:(.*):)?([^:/]+)(?:\/([a-z]+))?$/i.exec(written);
  if (match === null) return wrong(`it must be ${EXPECTED}`);
  const [, before, container = "", protocol = "tcp"] = match;
  if (!["tcp", "udp", "sctp"].includes(protocol.toLowerCase()))
    wrong(`the protocol is tcp, udp or sctp, not ${protocol}`);
  const target = rangeOf(container) ?? wrong(`${quoted(container)} is no port from 1 to 65535 and no range of them`);
  if (target.first === 0) wrong("the container's port is 1 to 65535");
  const { hostIp, host } = hostPart(before, wrong);
  const from =
    host === undefined ? undefined : (rangeOf(host) ?? wrong(`${quoted(host)} is no port and no range of ports`));
  const targets = target.last - target.first + 1;
  if (from !== undefined && targets > 1 && from.last - from.first + 1 !== targets) {
    wrong(`the ranges ${host} and ${container} are not equally long`);
  }
  reading.ports.left -= targets;
  if (reading.ports.left < 0) failAt(node.at, path, "the project has too many ports");
  return Array.from({ length: targets }, (_, index) => {
    const publishedText = from === undefined ? undefined : targets === 1 ? host : String(from.first + index);
    return mapping(
      {
        mode: scalar("ingress", node),
        host_ip: hostIp === undefined ? undefined : scalar(hostIp, node),
        target: scalar(target.first + index, node),
        published: publishedText === undefined ? undefined : scalar(publishedText, node),
        protocol: scalar(protocol.toLowerCase(), node),
      },
      node,
    );
  });
}

function hostPart(before: string | undefined, wrong: (reason: string) => never): { hostIp?: string; host?: string } {
  if (before === undefined) return {};
  const match = /^(?:(\[[^\]]*\]|[^:]*|.*:.*):)?([^:]*)$/.exec(before);
  const address = match?.[1]?.replace(/^\[(.*)\]$/, "$1");
  const host = match?.[2] ?? "";
  if (address !== undefined && address !== "" && isIP(address) === 0) wrong(`${quoted(address)} is no IP address`);
  return { ...(address ? { hostIp: address } : {}), ...(host === "" ? {} : { host }) };
}

function rangeOf(written: string): { first: number; last: number } | undefined {
  const match = PORT_RANGE.exec(written);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first > last || last > 65535 ? undefined : { first, last };
}
