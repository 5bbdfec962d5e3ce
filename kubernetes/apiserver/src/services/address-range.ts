/** An IPv4 range as numbers. */
export interface AddressRange {
  /** As it is written. */
  readonly cidr: string;
  readonly first: number;
  readonly size: number;
}

/** Reads "10.96.0.0/16". Throws on anything else. */
export function parseCidr(cidr: string): AddressRange {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr);
  const bits = Number(match?.[2] ?? -1);
  const address = toNumber(match?.[1] ?? "");
  if (address === undefined || bits < 8 || bits > 30) throw new Error(`Cannot use the service range: ${cidr}`);
  const size = 2 ** (32 - bits);
  return { cidr, first: Math.floor(address / size) * size, size };
}

/** A dotted address as a number, or undefined. */
export function toNumber(address: string): number | undefined {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** The address `offset` places into the range. */
export function addressAt(range: AddressRange, offset: number): string {
  const n = range.first + offset;
  return [n / 2 ** 24, (n / 2 ** 16) % 256, (n / 256) % 256, n % 256].map(Math.floor).join(".");
}

/** Whether the range holds the address, its first and last left out: those name the network and its broadcast. */
export function contains(range: AddressRange, address: string): boolean {
  const n = toNumber(address);
  return n !== undefined && n > range.first && n < range.first + range.size - 1;
}
