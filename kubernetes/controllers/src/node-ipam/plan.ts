import { BlockList, isIPv4 } from "node:net";

const NODE_BITS = 24;

/**
 * The next free pod range for a node: the first /24 of `clusterCidr` that is in none of `taken`. Throws RangeError when all
 * are taken or the range is not an IPv4 one of at most 24 bits.
 */
export function nextRange(clusterCidr: string, taken: readonly string[]): string {
  const [address = "", bits = ""] = clusterCidr.split("/");
  const prefix = Number(bits);
  if (!isIPv4(address) || !(prefix >= 8 && prefix <= NODE_BITS)) {
    throw new RangeError(
      `Cannot take node ranges from ${clusterCidr}: an IPv4 range of 8 to ${NODE_BITS} bits is needed`,
    );
  }
  const used = new BlockList();
  for (const range of taken) {
    const [start = "", length = ""] = range.split("/");
    if (isIPv4(start)) used.addSubnet(start, Number(length), "ipv4");
  }
  const size = 2 ** (32 - NODE_BITS);
  const first = Math.floor(numberOf(address) / 2 ** (32 - prefix)) * 2 ** (32 - prefix);
  for (let at = first; at < first + 2 ** (32 - prefix); at += size) {
    const start = textOf(at);
    if (!used.check(start, "ipv4")) return `${start}/${NODE_BITS}`;
  }
  throw new RangeError(`Cannot find a free node range in ${clusterCidr}: all are taken`);
}

function numberOf(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}
