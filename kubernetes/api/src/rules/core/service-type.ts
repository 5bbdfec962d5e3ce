/** What a Service of some type has. */
import type { ServiceSpec } from "@skiff/api/core/v1";

/** Whether clients outside the cluster reach the Service, so that externalTrafficPolicy means something. */
export function isExternallyAccessible(spec: ServiceSpec): boolean {
  if (spec.type === "LoadBalancer" || spec.type === "NodePort") return true;
  return spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0;
}

/** Whether the Service gets a port on every node, unless it says it wants none. */
export function needsNodePorts(spec: ServiceSpec): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}

/** Whether load balancers ask each node if it has endpoints, which takes a node port of its own. */
export function needsHealthCheckPort(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}

/** Whether the Service has addresses of its own, or `None`. */
export function needsClusterIp(spec: ServiceSpec): boolean {
  return spec.type !== "ExternalName";
}
