/** IP addresses and networks. */
import { BlockList, isIP } from "node:net";
import { type FieldError, invalid } from "../field-error.ts";

/** Refuses what is not an IPv4 or IPv6 address. */
export function checkIp(value: string | undefined, field: string, errors: FieldError[]): void {
  if (isIP(value ?? "") !== 0) return;
  errors.push(invalid(field, value ?? "", "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
}

/** Refuses what is not an address, a slash and a prefix length. */
export function checkCidr(value: string | undefined, field: string, errors: FieldError[]): void {
  if (isCidr(value ?? "")) return;
  errors.push(invalid(field, value ?? "", "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"));
}

/** Whether the text is an address, a slash and a prefix length. */
export function isCidr(text: string): boolean {
  const [address = "", length = "", ...more] = text.split("/");
  if (more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return false;
  const family = isIP(address);
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128);
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
