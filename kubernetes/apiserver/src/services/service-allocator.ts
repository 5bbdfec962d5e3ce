import { type FieldError, invalid, type Mutable, StatusError } from "@skiff/api";
import type { Service } from "@skiff/api/core/v1";
import { services } from "@skiff/api/resources";
import type { Compare, Op } from "@skiff/store";
import type { ApiServerOptions } from "../server-options.ts";
import type { Caches } from "../state/caches.ts";
import type { Alongside } from "../state/object-writer.ts";
import { type AddressRange, addressAt, contains, parseCidr } from "./address-range.ts";

/**
 * Gives Services their cluster addresses and node ports. Each is a key of its own in the store, written in the same
 * transaction as the Service: two Services can never get the same one, whoever writes at the same time.
 */
export interface ServiceAllocator {
  /** Fills in what the Service lacks; the result must be written with it. Throws StatusError when what it asks for is not to be had. */
  allocate(service: Mutable<Service>, old: Service | undefined): Alongside;
  /** What is to be written with the Service's removal. */
  release(service: Service): Alongside;
  /** The address of the `kubernetes` Service. */
  readonly firstAddress: string;
}

const DEFAULT_PORTS = { from: 30000, to: 32767 };
/** Addresses below this offset are for those who ask for one by name, such as the cluster DNS. */
const RESERVED = 256;

/** The allocator over the Services that exist. */
export function createServiceAllocator(
  { serviceCidr, serviceNodePortRange = DEFAULT_PORTS }: Pick<ApiServerOptions, "serviceCidr" | "serviceNodePortRange">,
  caches: Caches,
): ServiceAllocator {
  const range = parseCidr(serviceCidr);
  const inUse = (): Set<string> => {
    const used = new Set<string>();
    for (const { object } of caches.of(services).entries.under("")) {
      for (const key of keysOf(object as unknown as Service)) used.add(key);
    }
    return used;
  };

  return {
    firstAddress: addressAt(range, 1),
    allocate(service, old) {
      const had = new Set(old ? keysOf(old) : []);
      const used = inUse();
      fillAddresses(service, range, (address) => used.has(addressKey(address)) && !had.has(addressKey(address)));
      fillPorts(service, old, serviceNodePortRange, (key) => used.has(key));
      const has = keysOf(service as Service);
      const added = has.filter((key) => !had.has(key));
      const dropped = [...had].filter((key) => !has.includes(key));
      return {
        compares: added.map((key): Compare => ({ key, modRevision: 0 })),
        ops: [...added.map((key) => put(key, service)), ...dropped.map(remove)],
      };
    },
    release: (service) => ({ compares: [], ops: keysOf(service).map(remove) }),
  };
}

function fillAddresses(service: Mutable<Service>, range: AddressRange, taken: (address: string) => boolean): void {
  const { spec } = service;
  if (spec.type === "ExternalName") {
    delete spec.clusterIP;
    delete spec.clusterIPs;
    return;
  }
  spec.ipFamilies ??= ["IPv4"];
  spec.ipFamilyPolicy ??= "SingleStack";
  const asked = spec.clusterIP ?? spec.clusterIPs?.[0] ?? "";
  if (asked === "None") {
    spec.clusterIP = "None";
    spec.clusterIPs = ["None"];
    return;
  }
  if (asked !== "" && (!contains(range, asked) || taken(asked))) {
    const why = contains(range, asked)
      ? "provided IP is already allocated"
      : `the provided IP (${asked}) is not in the valid range. The range of valid IPs is ${range.cidr}`;
    const error = invalid("spec.clusterIPs", [asked], `failed to allocate IP ${asked}: ${why}`);
    throw invalidService(service, error);
  }
  const address = asked === "" ? freeAddress(range, taken) : asked;
  if (address === undefined) {
    throw StatusError.internal("failed to allocate a serviceIP: range is full");
  }
  spec.clusterIP = address;
  spec.clusterIPs = [address];
}

function freeAddress(range: AddressRange, taken: (address: string) => boolean): string | undefined {
  const low = Math.min(RESERVED, Math.floor(range.size / 16)) + 1;
  const span = range.size - 1 - low;
  const start = Math.floor(Math.random() * span);
  for (let i = 0; i < span; i++) {
    const address = addressAt(range, low + ((start + i) % span));
    if (!taken(address)) return address;
  }
  for (let i = 2; i < low; i++) {
    if (!taken(addressAt(range, i))) return addressAt(range, i);
  }
  return undefined;
}

function fillPorts(
  service: Mutable<Service>,
  old: Service | undefined,
  range: { readonly from: number; readonly to: number },
  taken: (key: string) => boolean,
): void {
  const { spec } = service;
  const wanted =
    spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
  if (!wanted) {
    for (const port of spec.ports ?? []) delete port.nodePort;
    return;
  }
  const had = new Set(old ? keysOf(old) : []);
  const mine = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const protocol = port.protocol ?? "TCP";
    if (!port.nodePort) {
      const before = old?.spec.ports?.find((p) => p.port === port.port && (p.protocol ?? "TCP") === protocol);
      const keep = before?.nodePort && !mine.has(portKey(protocol, before.nodePort)) ? before.nodePort : undefined;
      port.nodePort = keep ?? freePort(range, (n) => taken(portKey(protocol, n)) || mine.has(portKey(protocol, n)));
    }
    const key = portKey(protocol, port.nodePort);
    const field = `spec.ports[${index}].nodePort`;
    if (port.nodePort < range.from || port.nodePort > range.to) {
      const why = `provided port is not in the valid range. The range of valid ports is ${range.from}-${range.to}`;
      throw invalidService(service, invalid(field, port.nodePort, why));
    }
    if (mine.has(key) || (taken(key) && !had.has(key))) {
      throw invalidService(service, invalid(field, port.nodePort, "provided port is already allocated"));
    }
    mine.add(key);
  }
}

function freePort(range: { readonly from: number; readonly to: number }, taken: (port: number) => boolean): number {
  const span = range.to - range.from + 1;
  const start = Math.floor(Math.random() * span);
  for (let i = 0; i < span; i++) {
    const port = range.from + ((start + i) % span);
    if (!taken(port)) return port;
  }
  throw StatusError.internal("failed to allocate a nodePort: range is full");
}

function invalidService(service: { readonly metadata: { readonly name: string } }, error: FieldError): StatusError {
  return StatusError.invalid({ group: "", kind: "Service" }, service.metadata.name, [error]);
}

function keysOf({ spec }: Service): string[] {
  const addresses = (spec.clusterIPs ?? []).filter((address) => address !== "None" && address !== "").map(addressKey);
  const ports = (spec.ports ?? []).flatMap((p) => (p.nodePort ? [portKey(p.protocol ?? "TCP", p.nodePort)] : []));
  return [...addresses, ...new Set(ports)];
}

function addressKey(address: string): string {
  return `/allocated/service-addresses/${address}`;
}

function portKey(protocol: string, port: number): string {
  return `/allocated/node-ports/${protocol}/${port}`;
}

function put(
  key: string,
  { metadata }: { readonly metadata: { readonly namespace?: string | undefined; readonly name: string } },
): Op {
  return { put: { key, value: Buffer.from(`${metadata.namespace ?? ""}/${metadata.name}`) } };
}

function remove(key: string): Op {
  return { delete: { key } };
}
