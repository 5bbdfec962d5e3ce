import { EngineError } from "../engine-error.ts";

/** A range of IPv4 addresses, as numbers. */
export interface Ipv4Range {
  readonly first: number;
  readonly size: number;
  readonly prefixLength: number;
}

/** Reads "10.244.0.0/24". Throws "invalid" when it is no such range, or has fewer than 4 addresses. */
export function parseCidr(text: string): Ipv4Range {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const parts = match?.slice(1, 5).map(Number) ?? [];
  const prefixLength = Number(match?.[5] ?? 33);
  if (!match || parts.some((part) => part > 255) || prefixLength > 30)
    throw new EngineError(
      "invalid",
      `Cannot use the address range "${text}": not an IPv4 range of 4 addresses or more`,
    );
  const size = 2 ** (32 - prefixLength);
  const address = parts.reduce((sum, part) => sum * 256 + part, 0);
  return { first: address - (address % size), size, prefixLength };
}

/** An address as text. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** The number of an address; NaN for what is none. */
export function parseIpv4(text: string): number {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number) ?? [];
  if (parts.length !== 4 || parts.some((part) => part > 255)) return Number.NaN;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Whether two ranges have an address in common. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  return one.first < other.first + other.size && other.first < one.first + one.size;
}
