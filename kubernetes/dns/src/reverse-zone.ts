import { BlockList, isIPv4 } from "node:net";
import type { Answer } from "dns-packet";
import type { ClusterView } from "./cluster-view.ts";
import { TTL_SECONDS, type ZoneAnswer } from "./cluster-zone.ts";
import { isHeadless, readyEndpoints } from "./service-records.ts";

/** The names of the cluster's addresses: Services by their ClusterIP, endpoints of headless Services by their own. */
export class ReverseZone {
  readonly #domain: string;
  readonly #view: ClusterView;
  readonly #ours = new BlockList();

  /** Addresses in `cidrs` are answered for here, others are asked of the upstream servers. */
  constructor(o: { readonly domain: string; readonly cidrs: readonly string[]; readonly view: ClusterView }) {
    this.#domain = o.domain;
    this.#view = o.view;
    for (const cidr of o.cidrs) {
      const [network = "", bits = ""] = cidr.split("/");
      this.#ours.addSubnet(network, Number(bits), isIPv4(network) ? "ipv4" : "ipv6");
    }
  }

  answer(name: string, type: string): ZoneAnswer {
    const address = addressOf(name);
    if (!address || !this.#ours.check(address, isIPv4(address) ? "ipv4" : "ipv6")) return { kind: "not ours" };
    const names = this.#names(address);
    if (names.length === 0) return { kind: "no such name" };
    if (type !== "PTR" && type !== "ANY") return { kind: "records", records: [] };
    return {
      kind: "records",
      records: names.map((data): Answer => ({ name, type: "PTR", ttl: TTL_SECONDS, data })),
    };
  }

  #names(address: string): string[] {
    const services = this.#view
      .servicesAt(address)
      .map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc.${this.#domain}`);
    if (services.length > 0) return services;
    const names = new Set<string>();
    for (const slice of this.#view.slicesAt(address)) {
      const { namespace = "", labels } = slice.metadata;
      const serviceName = labels?.["kubernetes.io/service-name"];
      const service = serviceName ? this.#view.service(namespace, serviceName) : undefined;
      if (!service || !isHeadless(service)) continue;
      for (const endpoint of readyEndpoints([slice]))
        if (endpoint.address === address)
          names.add(`${endpoint.label}.${serviceName}.${namespace}.svc.${this.#domain}`);
    }
    return [...names];
  }
}

/** The address a name under `in-addr.arpa` or `ip6.arpa` stands for. */
function addressOf(name: string): string | undefined {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name);
  if (v4) {
    const address = v4.slice(1).reverse().join(".");
    return isIPv4(address) ? address : undefined;
  }
  const v6 = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1];
  if (!v6) return undefined;
  const digits = v6.replaceAll(".", "").split("").reverse().join("");
  return digits.match(/.{4}/g)?.join(":");
}
