import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from "@skiff/api/core/v1";
import { canonicalJson, sameValue } from "../canonical-json.ts";
import { addressesOf, conditionsFor, hostnameFor, lastTriggered, servedBy, targetPort } from "../service-pods.ts";

export const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
export const MANAGER = "endpoint-controller";
const HEADLESS = "service.kubernetes.io/headless";
const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
const MAX_ADDRESSES = 1000;

/** The Endpoints of `service` as they should be, or undefined when `present` is right already. */
export function plan(service: Service, pods: readonly Pod[], present: Endpoints | undefined): Endpoints | undefined {
  const served = servedBy(service, pods).filter((pod) => {
    return !pod.metadata.deletionTimestamp || service.spec.publishNotReadyAddresses;
  });
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  const headless = service.spec.clusterIP === "None" ? { [HEADLESS]: "" } : {};
  const triggered = lastTriggered(service, served);
  const next: Endpoints = {
    apiVersion: "v1",
    kind: "Endpoints",
    ...present,
    metadata: {
      ...present?.metadata,
      name: service.metadata.name,
      namespace: service.metadata.namespace,
      labels: { ...labels, ...headless, [MANAGED_BY]: MANAGER },
      annotations: {
        ...present?.metadata.annotations,
        ...(triggered ? { [TRIGGER_TIME]: triggered } : {}),
        ...(served.length > MAX_ADDRESSES ? { [OVER_CAPACITY]: "truncated" } : {}),
      },
    },
    subsets: subsetsOf(service, served.slice(0, MAX_ADDRESSES)),
  };
  const same =
    sameValue(present?.subsets ?? [], next.subsets) && sameValue(present?.metadata.labels, next.metadata.labels);
  return present && same ? undefined : next;
}

/** Addresses with the same ports make one subset. */
function subsetsOf(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const subsets = new Map<string, { ports: EndpointPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }>();
  for (const pod of pods) {
    const ports = portsOf(service, pod);
    if (ports.length === 0 && (service.spec.ports ?? []).length > 0) continue;
    const id = canonicalJson(ports);
    const subset = subsets.get(id) ?? { ports, ready: [], notReady: [] };
    subsets.set(id, subset);
    const address = addressOf(service, pod);
    if (address) (conditionsFor(service, pod).ready ? subset.ready : subset.notReady).push(address);
  }
  const byIp = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : 1);
  return [...subsets]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { ports, ready, notReady }]) => {
      if (ready.length + notReady.length === 0) return [];
      return {
        ...(ready.length > 0 ? { addresses: ready.toSorted(byIp) } : {}),
        ...(notReady.length > 0 ? { notReadyAddresses: notReady.toSorted(byIp) } : {}),
        ...(ports.length > 0 ? { ports } : {}),
      };
    });
}

function addressOf(service: Service, pod: Pod): EndpointAddress | undefined {
  const v6 = service.spec.ipFamilies?.[0] === "IPv6";
  const ip = addressesOf(pod).find((address) => address.includes(":") === v6);
  if (!ip) return undefined;
  const { namespace, name, uid } = pod.metadata;
  const { nodeName } = pod.spec;
  const hostname = hostnameFor(service, pod);
  return {
    ip,
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
  };
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = targetPort(pod, servicePort);
    if (port === undefined) continue;
    const { name, protocol = "TCP", appProtocol } = servicePort;
    ports.push({ ...(name ? { name } : {}), port, protocol, ...(appProtocol ? { appProtocol } : {}) });
  }
  return ports;
}
