/** IP addresses and networks: `ip("10.0.0.1")`, `cidr("10.0.0.0/8").containsIP("10.0.0.1")`. */
import { isIPv4, isIPv6 } from "node:net";
import { CelError } from "../cel-errors.ts";
import { BOOL, INT, opaque, STRING } from "../cel-type.ts";
import { func, method, type Overload, traverseString } from "../overload.ts";
import { OpaqueValue } from "../values.ts";

/** An address: its family, and its bits as a number. */
class AddressValue extends OpaqueValue {
  readonly typeName = "net.IP";
  readonly family: 4 | 6;
  readonly bits: bigint;
  constructor(family: 4 | 6, bits: bigint) {
    super();
    this.family = family;
    this.bits = bits;
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof AddressValue && other.family === this.family && other.bits === this.bits;
  }
  override toString(): string {
    return this.family === 4 ? text4(this.bits) : text6(this.bits);
  }
}

/** A network: an address and how many bits of it are the network's. */
class NetworkValue extends OpaqueValue {
  readonly typeName = "net.CIDR";
  readonly address: AddressValue;
  readonly prefix: number;
  constructor(address: AddressValue, prefix: number) {
    super();
    this.address = address;
    this.prefix = prefix;
  }
  get size(): number {
    return this.address.family === 4 ? 32 : 128;
  }
  masked(bits = this.address.bits): bigint {
    const host = BigInt(this.size - this.prefix);
    return (bits >> host) << host;
  }
  contains({ family, bits }: AddressValue): boolean {
    return family === this.address.family && this.masked(bits) === this.masked();
  }
  equals(other: OpaqueValue): boolean {
    return other instanceof NetworkValue && other.prefix === this.prefix && other.address.equals(this.address);
  }
  override toString(): string {
    return `${this.address}/${this.prefix}`;
  }
}

function text4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 255n)).join(".");
}

function text6(bits: bigint): string {
  const parts = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  const zeros = /(?:^|:)(?:0(?::|$)){2,}/g;
  const longest = [...parts.join(":").matchAll(zeros)].sort((a, b) => b[0].length - a[0].length)[0];
  const text = parts.join(":");
  return longest ? `${text.slice(0, longest.index)}::${text.slice(longest.index + longest[0].length)}` : text;
}

function bits4(text: string): bigint {
  return text.split(".").reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function bits6(text: string): bigint {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const low = dotted ? bits4(dotted[2] ?? "") : 0n;
  const plain = dotted ? `${dotted[1]}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}` : text;
  const [head = "", tail] = plain.split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => "0");
  return [...first, ...(tail === undefined ? [] : zeros), ...last].reduce(
    (bits, part) => (bits << 16n) | BigInt(`0x${part}`),
    0n,
  );
}

function parseAddress(text: string): AddressValue | string {
  if (isIPv4(text)) return new AddressValue(4, bits4(text));
  if (text.includes("%")) return `IP address "${text}" with zone value is not allowed`;
  if (!isIPv6(text))
    return `IP Address ${JSON.stringify(text)} parse error during conversion from string: ParseAddr(${JSON.stringify(text)}): unable to parse IP`;
  const bits = bits6(text);
  if (bits >> 32n === 0xffffn) return `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`;
  return new AddressValue(6, bits);
}

function parseNetwork(text: string): NetworkValue | string {
  const [, host = "", length = ""] = /^(.*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const prefix = Number(length);
  if (length === "" || typeof address === "string" || prefix > (address.family === 4 ? 32 : 128)) {
    return `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): invalid CIDR`;
  }
  return new NetworkValue(address, prefix);
}

function required<T>(value: T | string): T {
  if (typeof value === "string") throw new CelError(value);
  return value;
}

const toAddress = (text: string) => required(parseAddress(text));
const toNetwork = (text: string) => required(parseNetwork(text));

function isGlobalUnicast({ family, bits }: AddressValue): boolean {
  if (family === 4) {
    const first = bits >> 24n;
    const special = bits === 0n || bits === 0xffffffffn || first === 127n;
    return !special && !(first >= 224n && first < 240n) && bits >> 16n !== 0xa9fen;
  }
  return bits !== 0n && bits !== 1n && bits >> 120n !== 0xffn && bits >> 118n !== 0x3fan;
}

function isLoopback({ family, bits }: AddressValue): boolean {
  return family === 4 ? bits >> 24n === 127n : bits === 1n;
}

function isLinkLocalUnicast({ family, bits }: AddressValue): boolean {
  return family === 4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan;
}

function isLinkLocalMulticast({ family, bits }: AddressValue): boolean {
  return family === 4 ? bits >> 8n === 0xe00000n : bits >> 120n === 0xffn && ((bits >> 112n) & 15n) === 2n;
}

function containsNetwork(outer: NetworkValue, inner: NetworkValue): boolean {
  return outer.prefix <= inner.prefix && outer.contains(inner.address);
}

const IP = opaque("net.IP");
const CIDR = opaque("net.CIDR");

export const addresses: readonly Overload[] = [
  func("ip", [STRING], IP, toAddress, traverseString),
  func("isIP", [STRING], BOOL, (text: string) => typeof parseAddress(text) !== "string", traverseString),
  func("ip.isCanonical", [STRING], BOOL, (text: string) => String(toAddress(text)) === text, traverseString),
  func("string", [IP], STRING, String),
  method("family", [IP], INT, ({ family }: AddressValue) => BigInt(family)),
  method("isUnspecified", [IP], BOOL, ({ bits }: AddressValue) => bits === 0n),
  method("isLoopback", [IP], BOOL, isLoopback),
  method("isGlobalUnicast", [IP], BOOL, isGlobalUnicast),
  method("isLinkLocalUnicast", [IP], BOOL, isLinkLocalUnicast),
  method("isLinkLocalMulticast", [IP], BOOL, isLinkLocalMulticast),
  func("cidr", [STRING], CIDR, toNetwork, traverseString),
  func("isCIDR", [STRING], BOOL, (text: string) => typeof parseNetwork(text) !== "string", traverseString),
  func("string", [CIDR], STRING, String),
  method("containsIP", [CIDR, STRING], BOOL, (net: NetworkValue, text: string) => net.contains(toAddress(text))),
  method("containsIP", [CIDR, IP], BOOL, (net: NetworkValue, address: AddressValue) => net.contains(address)),
  method("containsCIDR", [CIDR, STRING], BOOL, (net: NetworkValue, text: string) =>
    containsNetwork(net, toNetwork(text)),
  ),
  method("containsCIDR", [CIDR, CIDR], BOOL, containsNetwork),
  method("ip", [CIDR], IP, ({ address }: NetworkValue) => address),
  method(
    "masked",
    [CIDR],
    CIDR,
    (net: NetworkValue) => new NetworkValue(new AddressValue(net.address.family, net.masked()), net.prefix),
  ),
  method("prefixLength", [CIDR], INT, ({ prefix }: NetworkValue) => BigInt(prefix)),
];
