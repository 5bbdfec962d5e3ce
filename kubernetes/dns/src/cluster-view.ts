import type { Namespace, Service } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";
import { endpointSlices, namespaces, services } from "@skiff/api/resources";
import type { InformerFactory } from "@skiff/client";

/** What the cluster zone is made from. Every lookup costs the same however large the cluster is. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
  /** The Services with this ClusterIP: one, or for a moment two. */
  servicesAt(address: string): readonly Service[];
  /** The slices that list this address. */
  slicesAt(address: string): readonly EndpointSlice[];
}

/** A view on the caches of `factory`, which the caller starts. */
export function clusterView(factory: InformerFactory): ClusterView {
  const namespaceCache = factory.for<Namespace>(namespaces).cache;
  const serviceCache = factory.for<Service>(services).cache;
  const sliceCache = factory.for<EndpointSlice>(endpointSlices).cache;
  serviceCache.addIndex("address", ({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));
  sliceCache.addIndex("service", ({ metadata }) => {
    const service = metadata.labels?.["kubernetes.io/service-name"];
    return service ? [`${metadata.namespace}/${service}`] : [];
  });
  sliceCache.addIndex("address", ({ endpoints }) => (endpoints ?? []).flatMap((endpoint) => endpoint.addresses));
  return {
    hasNamespace: (name) => namespaceCache.get(name) !== undefined,
    service: (namespace, name) => serviceCache.get(`${namespace}/${name}`),
    slices: (namespace, service) => sliceCache.byIndex("service", `${namespace}/${service}`),
    servicesAt: (address) => serviceCache.byIndex("address", address),
    slicesAt: (address) => sliceCache.byIndex("address", address),
  };
}
