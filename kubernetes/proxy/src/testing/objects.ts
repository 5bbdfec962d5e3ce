import type { Service, ServiceSpec } from "@skiff/api/core/v1";
import type { EndpointSlice } from "@skiff/api/discovery/v1";

/** Service `default/web`: TCP port 80 on 10.96.0.5 unless `spec` says otherwise. */
export function aService(spec: Partial<ServiceSpec> = {}, name = "web"): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { namespace: "default", name },
    spec: {
      type: "ClusterIP",
      clusterIP: "10.96.0.5",
      clusterIPs: ["10.96.0.5"],
      ports: [{ port: 80, protocol: "TCP", targetPort: 8080 }],
      ...spec,
    },
  } as Service;
}

/** An endpoint in a slice: ready on node `here` unless said otherwise. */
export interface EndpointSpec {
  readonly ip: string;
  readonly node?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** An IPv4 slice of `service` whose port (TCP 8080, no name) all `endpoints` serve. */
export function aSlice(
  endpoints: readonly (string | EndpointSpec)[],
  port: { readonly port?: number; readonly protocol?: string; readonly name?: string } = {},
  service = "web",
): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { namespace: "default", name: `${service}-x`, labels: { "kubernetes.io/service-name": service } },
    addressType: "IPv4",
    ports: [{ port: 8080, protocol: "TCP", name: "", ...port }],
    endpoints: endpoints.map((endpoint) => {
      const {
        ip,
        node = "here",
        ready = true,
        serving = ready,
        terminating = false,
      } = typeof endpoint === "string" ? { ip: endpoint } : endpoint;
      return { addresses: [ip], nodeName: node, conditions: { ready, serving, terminating } };
    }),
  } as EndpointSlice;
}
