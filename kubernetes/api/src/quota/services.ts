import type { Service } from "../generated/types/core/v1.ts";
import { Quantity } from "../quantity.ts";
import type { Amounts } from "./amounts.ts";

/** What the Service takes: itself, its node ports, its load balancer. */
export function serviceUsage({ spec }: Service): Amounts {
  const ports = spec.ports ?? [];
  const balanced = spec.type === "LoadBalancer";
  let nodePorts = 0;
  if (spec.type === "NodePort" || (balanced && spec.allocateLoadBalancerNodePorts !== false)) nodePorts = ports.length;
  else if (balanced) nodePorts = ports.filter((port) => (port.nodePort ?? 0) !== 0).length;
  return new Map([
    ["services", Quantity.of(1)],
    ["services.nodeports", Quantity.of(nodePorts)],
    ["services.loadbalancers", Quantity.of(balanced ? 1 : 0)],
  ]);
}
