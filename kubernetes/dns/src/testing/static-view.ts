import type { Service, ServiceSpec } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import type { ClusterView } from "../cluster-view.ts";

/** A Service with `spec`, named `namespace/name`. */
export function aService(key: string, spec: Partial<ServiceSpec>): Service {
  const [namespace = "", name = ""] = key.split("/");
  return { apiVersion: "v1", kind: "Service", metadata: { namespace, name }, spec } as Service;
}

/** A slice of the Service `namespace/name`; endpoints as `address`, `address=hostname`, `!address` for one not ready. */
export function aSlice(key: string, endpoints: readonly string[], ports: EndpointSlice["ports"] = []): EndpointSlice {
  const [namespace = "", service = ""] = key.split("/");
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace, name: `${service}-x`, labels: { "kubernetes.io/service-name": service } },
    addressType: endpoints[0]?.includes(":") ? "IPv6" : "IPv4",
    ports,
    endpoints: endpoints.map((text) => {
      const [address = "", hostname] = text.replace("!", "").split("=");
      return { addresses: [address], hostname, conditions: { ready: !text.startsWith("!") } };
    }),
  } as EndpointSlice;
}

/** A view on fixed objects. */
export function staticView(
  namespaces: readonly string[],
  services: readonly Service[],
  slices: readonly EndpointSlice[],
): ClusterView {
  const serviceOf = ({ metadata }: EndpointSlice) => metadata.labels?.["kubernetes.io/service-name"];
  return {
    hasNamespace: (name) => namespaces.includes(name),
    service: (namespace, name) =>
      services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    slices: (namespace, service) =>
      slices.filter((slice) => slice.metadata.namespace === namespace && serviceOf(slice) === service),
    servicesAt: (address) => services.filter(({ spec }) => spec.clusterIP === address),
    slicesAt: (address) => slices.filter(({ endpoints }) => endpoints?.some((one) => one.addresses.includes(address))),
  };
}
