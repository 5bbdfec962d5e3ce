/** `skiff network create`: a network of one's own. */
import type { ParsedFlags } from "../../../docker-client/parse-flags.ts";
import { pairs } from "../container/create/values.ts";
import { VerbFailure, verb } from "../verb.ts";

export const run = verb(
  {
    usage: "skiff network create [OPTIONS] NETWORK",
    about: "Makes a network",
    operands: { min: 1, max: 1 },
    flags: {
      attachable: "switch",
      "aux-address": "list",
      driver: "value",
      gateway: "list",
      internal: "switch",
      "ip-range": "list",
      "ipam-driver": "value",
      "ipam-opt": "list",
      ipv4: "switch",
      ipv6: "switch",
      label: "list",
      opt: "list",
      subnet: "list",
    },
    short: { d: "driver", o: "opt" },
    interspersed: true,
  },
  async ({ flags, client }) => {
    const { Id } = await client.json<{ Id: string; Warning?: string }>("/networks/create", {
      method: "POST",
      json: {
        Name: flags.operands[0],
        Driver: flags.value("driver") ?? "bridge",
        Options: pairs(flags.list("opt")),
        IPAM: {
          Driver: flags.value("ipam-driver") ?? "default",
          Options: pairs(flags.list("ipam-opt")),
          Config: ipamConfig(flags),
        },
        Internal: flags.has("internal"),
        Attachable: flags.has("attachable"),
        EnableIPv4: flags.given("ipv4") ? flags.has("ipv4") : undefined,
        EnableIPv6: flags.given("ipv6") ? flags.has("ipv6") : undefined,
        Labels: pairs(flags.list("label")),
      },
    });
    process.stdout.write(`${Id}\n`);
    return 0;
  },
);

interface Subnet {
  readonly Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** Ranges, gateways and addresses go with the subnet they lie in. */
function ipamConfig(flags: ParsedFlags): Subnet[] {
  const all = (name: string) => flags.list(name).flatMap((text) => text.split(","));
  const subnets: Subnet[] = all("subnet").map((Subnet) => ({ Subnet }));
  const ranges = all("ip-range");
  const gateways = all("gateway");
  if (subnets.length < ranges.length || subnets.length < gateways.length)
    throw new VerbFailure("every ip-range or gateway must have a corresponding subnet");
  const subnetOf = (what: string, address: string): Subnet => {
    const found = subnets.find(({ Subnet }) => contains(Subnet, address));
    if (!found) throw new VerbFailure(`no matching subnet for ${what} ${address}`);
    return found;
  };
  for (const range of ranges) {
    const subnet = subnetOf("range", range.split("/")[0] ?? "");
    if (subnet.IPRange)
      throw new VerbFailure(
        `cannot configure multiple ranges (${range}, ${subnet.IPRange}) on the same subnet (${subnet.Subnet})`,
      );
    subnet.IPRange = range;
  }
  for (const gateway of gateways) {
    const subnet = subnetOf("gateway", gateway);
    if (subnet.Gateway)
      throw new VerbFailure(
        `cannot configure multiple gateways (${gateway}, ${subnet.Gateway}) for the same subnet (${subnet.Subnet})`,
      );
    subnet.Gateway = gateway;
  }
  for (const [name, address] of Object.entries(pairs(flags.list("aux-address")))) {
    const subnet = subnetOf("aux-address", address);
    subnet.AuxiliaryAddresses = { ...subnet.AuxiliaryAddresses, [name]: address };
  }
  return subnets;
}

function contains(subnet: string, address: string): boolean {
  const [base = "", length = "32"] = subnet.split("/");
  // What is no IPv4 subnet the engine will judge; there is nothing to match by.
  if (base.includes(":") || address.includes(":")) return base.includes(":") === address.includes(":");
  const bits = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(bits(base) / size) === Math.floor(bits(address) / size);
}
