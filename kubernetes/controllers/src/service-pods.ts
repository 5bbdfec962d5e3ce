import type { Node, Pod, Service, ServicePort } from "@skiff/api/core/v1";
import { isFinished, isReady } from "./pod-state.ts";

/** The pods a Service leads to that have an address: neither finished nor without one; terminating ones included. */
export function servedBy(service: Service, pods: readonly Pod[]): readonly Pod[] {
  const selector = Object.entries(service.spec.selector ?? {});
  if (selector.length === 0) return [];
  return pods.filter((pod) => {
    const labels = pod.metadata.labels ?? {};
    return selector.every(([name, value]) => labels[name] === value) && !isFinished(pod) && addressesOf(pod).length > 0;
  });
}

/** Whether traffic may be sent there, by what the pod says and what the Service overrides. */
export function conditionsFor(service: Service, pod: Pod): { ready: boolean; serving: boolean; terminating: boolean } {
  const serving = isReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  return { ready: service.spec.publishNotReadyAddresses === true || (serving && !terminating), serving, terminating };
}

export function addressesOf(pod: Pod): readonly string[] {
  const { podIPs, podIP } = pod.status ?? {};
  if (podIPs && podIPs.length > 0) return podIPs.map(({ ip }) => ip);
  return podIP ? [podIP] : [];
}

/** The port of `pod` that `port` leads to; undefined when the pod has none of that name. */
export function targetPort(pod: Pod, port: ServicePort): number | undefined {
  const target = port.targetPort || port.port;
  if (typeof target === "number") return target;
  const protocol = port.protocol ?? "TCP";
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const found = container.ports?.find((each) => each.name === target && (each.protocol ?? "TCP") === protocol);
    if (found) return found.containerPort;
  }
  return undefined;
}

/** The host name a Service gives the pod, where the pod asks for one below it. */
export function hostnameFor(service: Service, pod: Pod): string | undefined {
  const { hostname, subdomain } = pod.spec;
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

export function zoneOf(node: Node | undefined): string | undefined {
  return node?.metadata.labels?.["topology.kubernetes.io/zone"];
}

/** The last moment one of `pods` changed so as to concern the Service, as upstream notes it on what it writes. */
export function lastTriggered(service: Service, pods: readonly Pod[]): string | undefined {
  const times = pods.map((pod) => pod.status?.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime);
  const known = [...times, service.metadata.creationTimestamp].filter((time) => time !== undefined);
  return known.toSorted().at(-1);
}
