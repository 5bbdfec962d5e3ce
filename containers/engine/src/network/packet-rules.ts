import type { PortPublication } from "../container-spec.ts";

/** A published port of something that has an address. */
export interface PublishedPort extends PortPublication {
  readonly address: string;
}

/**
 * The engine's whole packet table as an nft batch that replaces it: masquerading for what leaves the bridge's range, and published ports.
 * A port answers on the machine's addresses, on loopback, and for containers that go through the machine.
 */
export function packetRules(o: {
  table: string;
  cidr: string;
  bridge: string;
  ports: readonly PublishedPort[];
}): string {
  const forward = o.ports.map(({ protocol, hostIp, hostPort, containerPort, address }) => {
    const any = hostIp === undefined || hostIp === "" || hostIp === "0.0.0.0";
    const destination = any ? "fib daddr type local" : `ip daddr ${hostIp}`;
    return `    ${destination} ${protocol} dport ${hostPort} dnat to ${address}:${containerPort}`;
  });
  return [
    `add table ip ${o.table}`,
    `delete table ip ${o.table}`,
    `table ip ${o.table} {`,
    "  chain prerouting {",
    "    type nat hook prerouting priority dstnat; policy accept;",
    ...forward,
    "  }",
    "  chain output {",
    "    type nat hook output priority -100; policy accept;",
    ...forward,
    "  }",
    "  chain postrouting {",
    "    type nat hook postrouting priority srcnat; policy accept;",
    `    ip saddr ${o.cidr} oifname != "${o.bridge}" masquerade`,
    `    ip saddr 127.0.0.0/8 oifname "${o.bridge}" masquerade`,
    // A container that reaches itself through its published port must see the answer come back the same way.
    `    ip saddr ${o.cidr} oifname "${o.bridge}" ct status dnat masquerade`,
    "  }",
    "}",
    "",
  ].join("\n");
}
