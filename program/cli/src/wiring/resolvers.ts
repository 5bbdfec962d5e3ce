import { readFileSync } from "node:fs";

/** The machine's own resolvers, as its resolv.conf names them: where cluster DNS forwards what is not the cluster's. */
export function upstreamResolvers(path = "/etc/resolv.conf"): string[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.slice(1, 2) ?? []);
}
