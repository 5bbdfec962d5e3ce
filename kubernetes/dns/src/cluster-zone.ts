import { isIPv4, isIPv6 } from "node:net";
import type { Service } from "@skiff/api/core/v1";
import type { Answer, RecordType, SoaAnswer } from "dns-packet";
import type { ClusterView } from "./cluster-view.ts";
import { isHeadless, type NamedEndpoint, readyEndpoints } from "./service-records.ts";

/** What the zone says to a question. */
export type ZoneAnswer =
  /** The name exists; with no records it has none of that type. */
  | { readonly kind: "records"; readonly records: readonly Answer[]; readonly additionals?: readonly Answer[] }
  | { readonly kind: "no such name" }
  /** The name is another name for one outside: its records are to be fetched and added. */
  | { readonly kind: "alias"; readonly record: Answer; readonly target: string }
  /** Not a name of this zone. */
  | { readonly kind: "not ours" };

/** Seconds a client may keep an answer: short, since Services and Pods come and go. */
export const TTL_SECONDS = 5;
const DNS_SCHEMA_VERSION = "1.1.0";
const NO_SUCH_NAME: ZoneAnswer = { kind: "no such name" };
const NOTHING: ZoneAnswer = { kind: "records", records: [] };

/**
 * The zone of the cluster domain, as the specification "Kubernetes DNS-Based Service Discovery" (schema 1.1) describes it:
 * Services, the endpoints of headless ones, Pods by address, ports as SRV. Names come in lower case without a final dot.
 */
export class ClusterZone {
  readonly domain: string;
  readonly #view: ClusterView;
  readonly #serverAddress: string;

  constructor(o: { readonly domain: string; readonly serverAddress: string; readonly view: ClusterView }) {
    this.domain = o.domain;
    this.#view = o.view;
    this.#serverAddress = o.serverAddress;
  }

  answer(name: string, type: RecordType | "ANY"): ZoneAnswer {
    const wants = (...types: RecordType[]) => type === "ANY" || types.includes(type);
    if (name === this.domain) {
      if (wants("SOA")) return { kind: "records", records: [this.soa()] };
      if (wants("NS"))
        return { kind: "records", records: [{ name, type: "NS", ttl: TTL_SECONDS, data: this.#nameServer }] };
      return NOTHING;
    }
    if (!name.endsWith(`.${this.domain}`)) return { kind: "not ours" };
    const labels = name
      .slice(0, -this.domain.length - 1)
      .split(".")
      .reverse();
    const [area, namespace, ...rest] = labels;
    if (area === "dns-version" && namespace === undefined)
      return wants("TXT")
        ? { kind: "records", records: [{ name, type: "TXT", ttl: TTL_SECONDS, data: DNS_SCHEMA_VERSION }] }
        : NOTHING;
    if (name === this.#nameServer) return this.#addresses(name, [this.#serverAddress], wants);
    if (name === `dns.${this.domain}`) return NOTHING;
    if (area !== "svc" && area !== "pod") return NO_SUCH_NAME;
    if (namespace === undefined) return NOTHING;
    if (!this.#view.hasNamespace(namespace)) return NO_SUCH_NAME;
    if (rest.length === 0) return NOTHING;
    if (area === "pod") return this.#pod(name, rest, wants);
    return this.#service(name, namespace, rest, wants);
  }

  /** The record that says how long a no may be kept. */
  soa(): SoaAnswer {
    return {
      name: this.domain,
      type: "SOA",
      ttl: TTL_SECONDS,
      data: {
        mname: this.#nameServer,
        rname: `hostmaster.${this.domain}`,
        serial: 1,
        refresh: 7200,
        retry: 1800,
        expire: 86_400,
        minimum: TTL_SECONDS,
      },
    };
  }

  get #nameServer(): string {
    return `ns.dns.${this.domain}`;
  }

  #pod(name: string, [label = "", ...more]: readonly string[], wants: Wants): ZoneAnswer {
    if (more.length > 0) return NO_SUCH_NAME;
    const v4 = label.replaceAll("-", ".");
    const v6 = label.replaceAll("-", ":");
    const address = isIPv4(v4) ? v4 : isIPv6(v6) ? v6 : undefined;
    return address ? this.#addresses(name, [address], wants) : NO_SUCH_NAME;
  }

  #service(name: string, namespace: string, [serviceName = "", ...rest]: readonly string[], wants: Wants): ZoneAnswer {
    const service = this.#view.service(namespace, serviceName);
    if (!service) return NO_SUCH_NAME;
    if (service.spec.type === "ExternalName") {
      const target = (service.spec.externalName ?? "").toLowerCase().replace(/\.$/, "");
      if (rest.length > 0 || target === "") return NO_SUCH_NAME;
      return { kind: "alias", record: { name, type: "CNAME", ttl: TTL_SECONDS, data: target }, target };
    }
    const endpoints = isHeadless(service) ? readyEndpoints(this.#view.slices(namespace, serviceName)) : undefined;
    if (rest.length === 0) {
      // The specification has no name without addresses for a headless Service: it comes and goes with its endpoints.
      if (endpoints?.length === 0) return NO_SUCH_NAME;
      if (wants("SRV") && !wants("A")) return this.#ports(name, service, endpoints, () => true);
      return this.#addresses(name, endpoints?.map(({ address }) => address) ?? clusterIps(service), wants);
    }
    const [first = "", second] = rest;
    if (second === undefined) {
      if (first === "_tcp" || first === "_udp" || first === "_sctp") return NOTHING;
      const named = endpoints?.filter(({ label }) => label === first) ?? [];
      if (named.length === 0) return NO_SUCH_NAME;
      return this.#addresses(
        name,
        named.map(({ address }) => address),
        wants,
      );
    }
    if (rest.length > 2 || !first.startsWith("_") || !second.startsWith("_")) return NO_SUCH_NAME;
    const found = this.#ports(
      name,
      service,
      endpoints,
      (port) => `_${port.protocol}` === first && `_${port.name}` === second,
    );
    if (found.kind === "records" && found.records.length === 0) return NO_SUCH_NAME;
    return wants("SRV") ? found : NOTHING;
  }

  #ports(
    name: string,
    service: Service,
    endpoints: readonly NamedEndpoint[] | undefined,
    selected: (port: { readonly name: string; readonly protocol: string }) => boolean,
  ): ZoneAnswer {
    const base = `${service.metadata.name}.${service.metadata.namespace}.svc.${this.domain}`;
    const targets = endpoints
      ? endpoints.flatMap(({ label, address, ports }) =>
          ports.filter(selected).map(({ port }) => ({ target: `${label}.${base}`, port, addresses: [address] })),
        )
      : (service.spec.ports ?? [])
          .map(({ name: portName, protocol, port }) => ({
            name: portName ?? "",
            protocol: (protocol ?? "TCP").toLowerCase(),
            port,
          }))
          .filter(selected)
          .map(({ port }) => ({ target: base, port, addresses: clusterIps(service) }));
    const weight = Math.max(1, Math.floor(100 / Math.max(1, targets.length)));
    const additionals = new Map<string, Answer>();
    for (const { target, addresses } of targets)
      for (const address of addresses) additionals.set(`${target} ${address}`, addressRecord(target, address));
    return {
      kind: "records",
      records: targets.map(({ target, port }) => ({
        name,
        type: "SRV",
        ttl: TTL_SECONDS,
        data: { priority: 0, weight, port, target },
      })),
      additionals: [...additionals.values()],
    };
  }

  #addresses(name: string, addresses: readonly string[], wants: Wants): ZoneAnswer {
    const records = addresses.map((address) => addressRecord(name, address));
    return { kind: "records", records: records.filter(({ type }) => wants(type as RecordType)) };
  }
}

type Wants = (...types: RecordType[]) => boolean;

function clusterIps({ spec }: Service): readonly string[] {
  return (spec.clusterIPs ?? [spec.clusterIP ?? ""]).filter((address) => isIPv4(address) || isIPv6(address));
}

function addressRecord(name: string, address: string): Answer {
  return { name, type: isIPv4(address) ? "A" : "AAAA", ttl: TTL_SECONDS, data: address };
}
