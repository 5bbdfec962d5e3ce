import type { PortPublication } from "../container-spec.ts";

/** A published port of something that has an address. */
export interface PublishedPort extends PortPublication {
  readonly address: string;
}

/** A network as the packet rules see it. */
export interface PacketNetwork {
  readonly bridge: string;
  /** Range of its addresses. */
  readonly cidr: string;
  /** Nothing enters or leaves it. */
  readonly internal: boolean;
}

/**
 * The engine's whole packet table as an nft batch that replaces it: masquerading for what leaves a network's range, published ports, and
 * walls between networks. A port answers on the machine's addresses, on loopback, and for containers that go through the machine.
 */
export function packetRules(o: {
  readonly table: string;
  readonly networks: readonly PacketNetwork[];
  readonly ports: readonly PublishedPort[];
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
    ...o.networks.flatMap(masquerade),
    "  }",
    ...walls(o.networks),
    "}",
    "",
  ].join("\n");
}

function masquerade({ bridge, cidr, internal }: PacketNetwork): string[] {
  return [
    ...(internal ? [] : [`    ip saddr ${cidr} oifname != "${bridge}" masquerade`]),
    `    ip saddr 127.0.0.0/8 oifname "${bridge}" masquerade`,
    // A container that reaches itself through its published port must see the answer come back the same way.
    `    ip saddr ${cidr} oifname "${bridge}" ct status dnat masquerade`,
  ];
}

// What was sent to a published port may cross: it was meant to be reached.
function walls(networks: readonly PacketNetwork[]): string[] {
  if (networks.length < 2) return [];
  const inside = networks.map(({ bridge, internal }) => {
    const others = networks.flatMap((other) => (other.bridge === bridge ? [] : [`"${other.bridge}"`]));
    return internal
      ? [`    iifname "${bridge}" oifname != "${bridge}" drop`, `    oifname "${bridge}" iifname != "${bridge}" drop`]
      : [`    oifname "${bridge}" iifname { ${others.join(", ")} } drop`];
  });
  return [
    "  chain forward {",
    "    type filter hook forward priority filter; policy accept;",
    "    ct state established,related accept",
    "    ct status dnat accept",
    ...inside.flat(),
    "  }",
  ];
}
