/** IP addresses and networks. */
import { BlockList, isIP, SocketAddress } from "node:net";
import { type FieldError, invalid } from "../field-error.ts";

/** Refuses what is not an IPv4 or IPv6 address, and forms of one that programs read in different ways. */
export function checkIp(value: string | undefined, field: string, errors: FieldError[]): void {
  const text = value ?? "";
  if (isIP(text) !== 0) {
    if (isMapped(text)) errors.push(invalid(field, text, "must not be an IPv4-mapped IPv6 address"));
    return;
  }
  const why = isIP(withoutLeadingZeros(text)) === 0 ? NO_IP : "must not have leading 0s";
  errors.push(invalid(field, text, why));
}

/** Refuses what is not an address, a slash and a prefix length, or has an address that is not that of the network. */
export function checkCidr(value: string | undefined, field: string, errors: FieldError[]): void {
  const text = value ?? "";
  if (!isCidr(text)) {
    const why = isCidr(withoutLeadingZeros(text)) ? "must not have leading 0s in IP or prefix length" : NO_CIDR;
    errors.push(invalid(field, text, why));
    return;
  }
  const [address = "", length = ""] = text.split("/");
  if (isMapped(address)) errors.push(invalid(field, text, "must not have an IPv4-mapped IPv6 address"));
  else if (networkOf(address, Number(length)) !== canonicalIp(address)) {
    errors.push(invalid(field, text, "must not have bits set beyond the prefix length"));
  }
}

const NO_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const NO_CIDR = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

/** Numbers as decimals are usually written: `010.0.0.1/08` is read as octal by some. */
function withoutLeadingZeros(text: string): string {
  return text.includes(":") ? text : text.replace(/\b0+(?=\d)/g, "");
}

function isMapped(address: string): boolean {
  if (!address.includes(":")) return false;
  const groups = groupsOf(address);
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

/** Whether the text is an address, a slash and a prefix length. */
export function isCidr(text: string): boolean {
  const [address = "", length = "", ...more] = text.split("/");
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return false;
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128);
}

/** Why the text is no address in the one form it should be stored in. */
export function canonicalIpReasons(text: string): string[] {
  if (isIP(text) === 0) return [NO_IP];
  const canonical = canonicalIp(text);
  return canonical === text ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

/** Why the text is no network in the one form it should be stored in. */
export function canonicalCidrReasons(text: string): string[] {
  if (!isCidr(text)) return [NO_CIDR];
  const [address = "", length = ""] = text.split("/");
  const canonical = `${networkOf(address, Number(length))}/${length}`;
  return canonical === text ? [] : [`must be in canonical form (${JSON.stringify(canonical)})`];
}

function canonicalIp(text: string): string {
  return SocketAddress.parse(text.includes(":") ? `[${text}]:0` : `${text}:0`)?.address ?? text;
}

/** The address with the bits after the first `length` cleared. */
function networkOf(address: string, length: number): string {
  const isIpv6 = address.includes(":");
  const width = isIpv6 ? 16 : 8;
  const parts = isIpv6 ? groupsOf(address) : address.split(".").map(Number);
  const kept = parts.map((part, index) => {
    const bits = Math.min(Math.max(length - index * width, 0), width);
    return part & (0xffff << (width - bits)) & (2 ** width - 1);
  });
  return canonicalIp(isIpv6 ? kept.map((part) => part.toString(16)).join(":") : kept.join("."));
}

/** The eight numbers of an IPv6 address. */
function groupsOf(address: string): number[] {
  const numbers = (text: string): number[] =>
    text === ""
      ? []
      : text.split(":").flatMap((group) => (group.includes(".") ? pair(group) : [Number.parseInt(group, 16)]));
  const [before = "", after] = address.split("::");
  const head = numbers(before);
  const tail = numbers(after ?? "");
  return after === undefined ? head : [...head, ...Array(8 - head.length - tail.length).fill(0), ...tail];
}

function pair(dotted: string): [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split(".").map(Number);
  return [a * 256 + b, c * 256 + d];
}

/** The family of an address or network, as Services name it. */
export function familyOf(text: string): "IPv4" | "IPv6" {
  return text.includes(":") ? "IPv6" : "IPv4";
}

/** Whether `inner` lies in `outer` and is not the same network. Both are CIDRs. */
export function isStrictSubnet(inner: string, outer: string): boolean {
  const [innerAddress = "", innerLength = ""] = inner.split("/");
  const [outerAddress = "", outerLength = ""] = outer.split("/");
  const family = familyOf(outer) === "IPv4" ? "ipv4" : "ipv6";
  if (familyOf(inner) !== familyOf(outer) || Number(innerLength) <= Number(outerLength)) return false;
  const network = new BlockList();
  network.addSubnet(outerAddress, Number(outerLength), family);
  return network.check(innerAddress, family);
}

const unspecified = subnets([
  ["0.0.0.0", 32],
  ["::", 128],
]);
const loopback = subnets([
  ["127.0.0.0", 8],
  ["::1", 128],
]);
const linkLocal = subnets([
  ["169.254.0.0", 16],
  ["fe80::", 10],
]);
const linkLocalMulticast = subnets([
  ["224.0.0.0", 24],
  ["ff02::", 16],
]);

function subnets(networks: readonly (readonly [address: string, length: number])[]): BlockList {
  const list = new BlockList();
  for (const [address, length] of networks) {
    list.addSubnet(address, length, address.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}

/** Refuses addresses that no endpoint can have: unspecified, loopback and link-local ones. */
export function checkNonSpecialIp(value: string | undefined, field: string, errors: FieldError[]): void {
  const address = value ?? "";
  const family = isIP(address);
  if (family === 0) {
    errors.push(invalid(field, address, "must be a valid IP address"));
    return;
  }
  const kind = family === 4 ? "ipv4" : "ipv6";
  const refuse = (list: BlockList, why: string): void => {
    if (list.check(address, kind)) errors.push(invalid(field, address, why));
  };
  refuse(unspecified, `may not be unspecified (${address})`);
  refuse(loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
  refuse(linkLocal, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  refuse(linkLocalMulticast, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
}
