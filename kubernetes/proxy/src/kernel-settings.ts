import { readFileSync, writeFileSync } from "node:fs";

const ROUTE_LOCALNET = "/proc/sys/net/ipv4/conf/all/route_localnet";
const BRIDGE_NETFILTER = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/**
 * Lets packets from 127.0.0.1 leave through another interface, so that node ports answer there too; the table drops what
 * this would let in from outside. Answers whether it was on before.
 */
export function allowLocalNodePorts(): boolean {
  return switchOn(ROUTE_LOCALNET) === "was on";
}

/** Undoes `allowLocalNodePorts`. */
export function forbidLocalNodePorts(): void {
  writeFileSync(ROUTE_LOCALNET, "0");
}

/** Makes bridged packets pass connection tracking. Answers whether they do: kernels without br_netfilter cannot. */
export function trackBridgedPackets(): boolean {
  return switchOn(BRIDGE_NETFILTER) !== "absent";
}

function switchOn(path: string): "was on" | "switched on" | "absent" {
  try {
    if (readFileSync(path, "utf8").trim() === "1") return "was on";
    writeFileSync(path, "1");
    return "switched on";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "absent";
    throw new Error(`Cannot switch on ${path}: ${(error as Error).message}`, { cause: error });
  }
}
