import { isIP } from "node:net";

/** The name servers a resolv.conf lists, in order, without those in `except` (our own address: asking it would be a loop). */
export function nameServers(resolvConf: string, except: readonly string[] = []): string[] {
  const servers: string[] = [];
  for (const line of resolvConf.split("\n")) {
    const [, address = ""] = /^\s*nameserver\s+(\S+)/.exec(line) ?? [];
    const plain = address.replace(/%.*$/, "");
    if (isIP(plain) && !except.includes(plain) && !servers.includes(address)) servers.push(address);
  }
  return servers.slice(0, 3);
}
