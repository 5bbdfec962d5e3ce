import { MASQUERADE_MARK } from "./plan.ts";

/** What the unchanging part of the table depends on. */
export interface BaseOptions {
  readonly tableName: string;
  readonly podCidr?: string | undefined;
  /**
   * The kernel shows bridged packets to connection tracking (`bridge-nf-call-iptables`). Without it the answer of a Pod
   * on the same bridge never passes where the address is translated back, so Pod-to-Pod connections are masqueraded.
   */
  readonly bridgeNetfilter: boolean;
  /** A proxy switched `route_localnet` on: said in the table, so that `removeProxyRules` finds it. */
  readonly switchedLocalnet: boolean;
}

/** An empty chain by which a table says that `route_localnet` was off before. */
export const LOCALNET_MARKER = "switched-localnet";

const RANDOM_PORT_MASQUERADE = "masquerade fully-random";

/**
 * The table as it is before any Service: hooks, and the maps that make a lookup cost the same however many Services
 * there are. Only the first packet of a connection passes here; connection tracking takes care of the others, which is
 * why established connections outlive the rules that made them.
 */
export function baseRules({ tableName, podCidr, bridgeNetfilter, switchedLocalnet }: BaseOptions): string {
  const mark = `meta mark set meta mark or ${MASQUERADE_MARK}`;
  const clusterIpSource = podCidr ? `ip saddr != ${podCidr} ` : "";
  const withinBridge =
    podCidr && !bridgeNetfilter
      ? `    ct status dnat ip saddr ${podCidr} ip daddr ${podCidr} ${RANDOM_PORT_MASQUERADE}\n`
      : "";
  // A local address that is also a ClusterIP (the cluster's DNS) is answered by a process of this node: never refused.
  const refuse = `    ct state new fib daddr type local meta l4proto . th dport vmap @reject-ports
    ct state new fib daddr type != local ip daddr . meta l4proto . th dport vmap @reject-ips
    ct state new fib daddr type != local ip daddr @cluster-ips goto refuse
`;
  return `table ip ${tableName} {
${switchedLocalnet ? `  chain ${LOCALNET_MARKER} {\n  }\n` : ""}  map service-ips { typeof ip daddr . meta l4proto . th dport : verdict; }
  map node-ports { typeof meta l4proto . th dport : verdict; }
  map reject-ips { typeof ip daddr . meta l4proto . th dport : verdict; }
  map reject-ports { typeof meta l4proto . th dport : verdict; }
  set cluster-ips { type ipv4_addr; }
  set hairpins { typeof ip saddr . ip daddr; }
  chain refuse {
    meta l4proto tcp reject with tcp reset
    reject with icmp port-unreachable
  }
  chain services {
    fib daddr type != local ip daddr @cluster-ips ${clusterIpSource}${mark}
    ip daddr . meta l4proto . th dport vmap @service-ips
    fib daddr type local meta l4proto . th dport vmap @node-ports
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    jump services
  }
  chain output {
    type nat hook output priority -100;
    jump services
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    meta mark and ${MASQUERADE_MARK} == ${MASQUERADE_MARK} meta mark set meta mark xor ${MASQUERADE_MARK} ${RANDOM_PORT_MASQUERADE}
    ct status dnat ip saddr . ip daddr @hairpins ${RANDOM_PORT_MASQUERADE}
${withinBridge}  }
  chain filter-input {
    type filter hook input priority -110;
    ct status and dnat == 0 iifname != "lo" ip daddr 127.0.0.0/8 drop
${refuse}  }
  chain filter-forward {
    type filter hook forward priority -110;
${refuse}  }
  # After the translation at -100: what still bears a ClusterIP here has no endpoint.
  chain filter-output {
    type filter hook output priority -90;
${refuse}  }
}
`;
}
