import { createHash } from "node:crypto";
import { isIPv4 } from "node:net";
import type { Service, ServicePort } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { type Chosen, chooseEndpoints, type Endpoint } from "./endpoints.ts";

/** The named maps and sets of the table that Services put elements into; `base-rules.ts` declares them. */
export type MapName = "service-ips" | "node-ports" | "reject-ips" | "reject-ports" | "cluster-ips" | "hairpins";

/** What one Service contributes to the table. Names of chains and affinity sets are unique to the Service. */
export interface ServiceRules {
  /** Chain name → its rules, in order. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Affinity set name → seconds a client is remembered. */
  readonly affinitySets: ReadonlyMap<string, number>;
  /** Elements as nft writes them; the value is empty in a set. */
  readonly elements: readonly { readonly map: MapName; readonly key: string; readonly value: string }[];
  /** Where UDP flows may be going, for the removal of stale conntrack entries. */
  readonly udp: readonly UdpTarget[];
}

/** A UDP address of a Service and the endpoints behind it. No `address`: a node port, on every local address. */
export interface UdpTarget {
  readonly address?: string;
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

/** What of the node the plan depends on. */
export interface NodeView {
  readonly nodeName: string;
  /** Traffic from here is a Pod's and keeps its source address. Absent: nothing is known to be a Pod. */
  readonly podCidr?: string | undefined;
}

/** The mark that has postrouting masquerade a connection; the bit kube-proxy uses too. */
export const MASQUERADE_MARK = "0x4000";
const MASQUERADE = `meta mark set meta mark or ${MASQUERADE_MARK}`;
const DEFAULT_AFFINITY_SECONDS = 10_800;

/**
 * Decides which packet rules serve `service` on this node. Headless and ExternalName Services need none. IPv4 only.
 *
 * A port gets up to four chains: `svc-` sends to any endpoint, `loc-` to this node's, `ext-` is what traffic from outside
 * the cluster enters by, `lb-` checks the allowed source ranges before `ext-`.
 */
export function planService(service: Service, slices: readonly EndpointSlice[], node: NodeView): ServiceRules {
  const plan = new Builder();
  const clusterIps = (service.spec.clusterIPs ?? [service.spec.clusterIP ?? ""]).filter(isIPv4);
  if (service.spec.type === "ExternalName" || clusterIps.length === 0) return plan;
  for (const address of clusterIps) plan.element("cluster-ips", address);
  for (const port of service.spec.ports ?? []) {
    const protocol = port.protocol ?? "TCP";
    const chosen = chooseEndpoints(slices, { name: port.name ?? "", protocol }, node.nodeName);
    planPort({ plan, service, port, protocol: protocol.toLowerCase(), chosen, node, clusterIps });
  }
  return plan;
}

interface PortPlan {
  readonly plan: Builder;
  readonly service: Service;
  readonly port: ServicePort;
  readonly protocol: string;
  readonly chosen: Chosen;
  readonly node: NodeView;
  readonly clusterIps: readonly string[];
}

function planPort({ plan, service, port, protocol, chosen, node, clusterIps }: PortPlan): void {
  const { spec } = service;
  const at = (address: string) => `${address} . ${protocol} . ${port.port}`;
  const externalIps = [...(spec.externalIPs ?? [])].filter(isIPv4);
  const balancerIps = (service.status?.loadBalancer?.ingress ?? [])
    .filter((ingress) => ingress.ipMode !== "Proxy")
    .flatMap((ingress) => (ingress.ip && isIPv4(ingress.ip) ? [ingress.ip] : []));
  const nodePort = spec.type === "NodePort" || spec.type === "LoadBalancer" ? port.nodePort : undefined;

  if (chosen.cluster.length === 0) {
    for (const address of [...clusterIps, ...externalIps, ...balancerIps])
      plan.element("reject-ips", at(address), "goto refuse");
    if (nodePort) plan.element("reject-ports", `${protocol} . ${nodePort}`, "goto refuse");
  } else {
    const name = chainName(service, port, protocol);
    const affinity =
      spec.sessionAffinity === "ClientIP"
        ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS)
        : undefined;
    const internalLocal = spec.internalTrafficPolicy === "Local";
    const externalLocal = spec.externalTrafficPolicy === "Local";
    const isExternal = nodePort || externalIps.length > 0 || balancerIps.length > 0;
    if (!internalLocal || isExternal) dispatch(plan, `svc-${name}`, protocol, chosen.cluster, affinity);
    if ((internalLocal || (externalLocal && isExternal)) && chosen.local.length > 0)
      dispatch(plan, `loc-${name}`, protocol, chosen.local, affinity);
    const localVerdict = chosen.local.length > 0 ? `goto loc-${name}` : "drop";

    for (const address of clusterIps)
      plan.element("service-ips", at(address), internalLocal ? localVerdict : `goto svc-${name}`);
    if (isExternal) {
      plan.chains.set(
        `ext-${name}`,
        externalLocal
          ? [
              // Pods and the node itself are inside the cluster: the policy is about clients outside.
              ...(node.podCidr ? [`ip saddr ${node.podCidr} goto svc-${name}`] : []),
              `fib saddr type local ${MASQUERADE}`,
              `fib saddr type local goto svc-${name}`,
              localVerdict,
            ]
          : [MASQUERADE, `goto svc-${name}`],
      );
      for (const address of externalIps) plan.element("service-ips", at(address), `goto ext-${name}`);
      const ranges = (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()).filter(isIpv4Range);
      if (balancerIps.length > 0 && ranges.length > 0)
        plan.chains.set(`lb-${name}`, [`ip saddr != { ${ranges.join(", ")} } drop`, `goto ext-${name}`]);
      for (const address of balancerIps)
        plan.element("service-ips", at(address), ranges.length > 0 ? `goto lb-${name}` : `goto ext-${name}`);
      if (nodePort) plan.element("node-ports", `${protocol} . ${nodePort}`, `goto ext-${name}`);
    }
  }
  for (const { address, local } of chosen.cluster) if (local) plan.element("hairpins", `${address} . ${address}`);
  if (protocol !== "udp") return;
  const endpoints = chosen.cluster;
  for (const address of [...clusterIps, ...externalIps, ...balancerIps])
    plan.udp.push({ address, port: port.port, endpoints });
  if (nodePort) plan.udp.push({ port: nodePort, endpoints });
}

/** A chain that sends a new connection to one of `endpoints` at random, or to the one its client had before. */
function dispatch(
  plan: Builder,
  chain: string,
  protocol: string,
  endpoints: readonly Endpoint[],
  affinitySeconds: number | undefined,
): void {
  const random = `numgen random mod ${endpoints.length}`;
  const to = (endpoint: Endpoint) => `${endpoint.address} . ${endpoint.port}`;
  const [only] = endpoints;
  if (affinitySeconds === undefined) {
    const target =
      endpoints.length === 1 && only
        ? `${only.address}:${only.port}`
        : `${random} map { ${endpoints.map((endpoint, index) => `${index} : ${to(endpoint)}`).join(", ")} }`;
    plan.chains.set(chain, [`meta l4proto ${protocol} dnat ip to ${target}`]);
    return;
  }
  // One set per endpoint, so that an endpoint's clients are forgotten together with it.
  const rules: string[] = [];
  const verdicts: string[] = [];
  endpoints.forEach((endpoint, index) => {
    const own = `${chain}-at-${endpoint.address}.${endpoint.port}`;
    // A set's timeout is fixed when it is made, so another timeout is another set.
    const clients = `${own}-${affinitySeconds}s`;
    plan.affinitySets.set(clients, affinitySeconds);
    plan.chains.set(own, [
      `update @${clients} { ip saddr }`,
      `meta l4proto ${protocol} dnat ip to ${endpoint.address}:${endpoint.port}`,
    ]);
    rules.push(`ip saddr @${clients} goto ${own}`);
    verdicts.push(`${index} : goto ${own}`);
  });
  plan.chains.set(chain, [...rules, `${random} vmap { ${verdicts.join(", ")} }`]);
}

/** Unique by the hash, readable by the rest; nft limits a name to 128 characters. */
function chainName(service: Service, port: ServicePort, protocol: string): string {
  const { namespace = "", name = "" } = service.metadata;
  const text = `${namespace}/${name}/${protocol}/${port.name ?? port.port}`;
  return `${createHash("sha256").update(`${text}/${port.port}`).digest("hex").slice(0, 8)}-${text.slice(0, 72)}`;
}

function isIpv4Range(range: string): boolean {
  const [address = "", bits = ""] = range.split("/");
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && Number(bits) <= 32;
}

class Builder implements ServiceRules {
  readonly chains = new Map<string, readonly string[]>();
  readonly affinitySets = new Map<string, number>();
  readonly elements: { map: MapName; key: string; value: string }[] = [];
  readonly udp: UdpTarget[] = [];

  element(map: MapName, key: string, value = ""): void {
    this.elements.push({ map, key, value });
  }
}
