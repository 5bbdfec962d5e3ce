/** Services and what they lead to, ConfigMaps and Secrets. */
import type { ConfigMap, Secret, Service, ServiceSpec } from "../generated/types/core/v1.ts";
import type { Endpoint, EndpointSlice } from "../generated/types/discovery/v1.ts";
import { type MetadataChanges, namespacedMetadata } from "./metadata.ts";

/** A Service named `web` with the address 10.96.0.5 and TCP port 80, selecting `app: web`, changed by `metadata` and `spec`. */
export function aService(metadata: MetadataChanges = {}, spec: Partial<ServiceSpec> = {}): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: namespacedMetadata("web", metadata),
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.5",
      clusterIPs: ["10.96.0.5"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      selector: { app: "web" },
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      ...spec,
    },
    status: { loadBalancer: {} },
  };
}

/** A slice of the Service `service` with a ready endpoint per address on port 80, changed by `changes`. */
export function anEndpointSlice(
  service: string,
  addresses: readonly string[],
  changes: Partial<EndpointSlice> = {},
): EndpointSlice {
  const endpoints = addresses.map(
    (address): Endpoint => ({ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }),
  );
  const labels = { "kubernetes.io/service-name": service };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: namespacedMetadata(`${service}-1`, { labels }),
    addressType: "IPv4",
    ports: [{ name: "", port: 80, protocol: "TCP" }],
    endpoints,
    ...changes,
  };
}

/** A ConfigMap named `settings` holding `data`. */
export function aConfigMap(data: Readonly<Record<string, string>> = {}, metadata: MetadataChanges = {}): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: namespacedMetadata("settings", metadata), data };
}

/** An Opaque Secret named `secret` holding `data`, given as plain text. */
export function aSecret(data: Readonly<Record<string, string>> = {}, metadata: MetadataChanges = {}): Secret {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: namespacedMetadata("secret", metadata),
    type: "Opaque",
    data: Object.fromEntries(encoded),
  };
}
