export { ensureAddress, removeAddress } from "./cluster-address.ts";
export { type Dns, type DnsOptions, startDns } from "./dns.ts";
export { nameServers } from "./resolv-conf.ts";
