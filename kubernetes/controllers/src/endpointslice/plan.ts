import type { Node, Pod, Service } from "@skiff/api/core/v1";
import type { Endpoint, EndpointPort, EndpointSlice } from "@skiff/api/discovery/v1";
import { services } from "@skiff/api/resources";
import { canonicalJson, sameValue } from "../canonical-json.ts";
import { controllerReference } from "../owner-reference.ts";
import {
  addressesOf,
  conditionsFor,
  hostnameFor,
  lastTriggered,
  servedBy,
  targetPort,
  zoneOf,
} from "../service-pods.ts";

export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const MANAGER = "endpointslice-controller.k8s.io";
export const SERVICE_NAME = "kubernetes.io/service-name";
const HEADLESS = "service.kubernetes.io/headless";
const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
const MAX_ENDPOINTS = 100;

export interface Plan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

/** Endpoints that belong in the same slices: those of one address family whose ports are the same. */
interface Group {
  readonly addressType: string;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: Map<string, Endpoint>;
}

/**
 * Decides how the slices `present` must change to list the pods of `service`. An endpoint stays in the slice it is in, new
 * ones fill slices up, and each slice is written at most once: every write goes to every node.
 */
export function plan(
  service: Service,
  pods: readonly Pod[],
  nodes: (name: string) => Node | undefined,
  present: readonly EndpointSlice[],
): Plan {
  const served = servedBy(service, pods);
  const groups = groupsOf(service, served, nodes);
  const blank = blankSlice(service, lastTriggered(service, served));
  const left = new Set(present);
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];

  for (const group of groups.values()) {
    const slices = present.filter(
      (slice) => slice.addressType === group.addressType && sameValue(slice.ports ?? [], group.ports),
    );
    const waiting = new Map(group.endpoints);
    const kept = slices.map((slice) => ({ slice, endpoints: stillThere(slice, waiting) }));
    // Fullest first: as few slices as possible change.
    for (const { slice, endpoints } of kept.toSorted((a, b) => b.endpoints.length - a.endpoints.length)) {
      endpoints.push(...takeFrom(waiting, MAX_ENDPOINTS - endpoints.length));
      if (endpoints.length === 0 && group.endpoints.size > 0) continue;
      left.delete(slice);
      const next = {
        ...blank,
        ...slice,
        metadata: { ...slice.metadata, ...blank.metadata, name: slice.metadata.name },
        endpoints,
      };
      if (differs(slice, next)) update.push(next);
    }
    while (waiting.size > 0 || (group.endpoints.size === 0 && slices.length === 0)) {
      const { addressType, ports } = group;
      create.push({ ...blank, addressType, ports, endpoints: takeFrom(waiting, MAX_ENDPOINTS) });
      if (group.endpoints.size === 0) break;
    }
  }
  return { create, update, delete: [...left] };
}

function groupsOf(
  service: Service,
  pods: readonly Pod[],
  nodes: (name: string) => Node | undefined,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const addressType of service.spec.ipFamilies ?? ["IPv4"]) {
    let found = false;
    for (const pod of pods) {
      const ip = addressesOf(pod).find((address) => address.includes(":") === (addressType === "IPv6"));
      if (!ip) continue;
      found = true;
      const ports = portsOf(service, pod);
      const id = canonicalJson([addressType, ports]);
      const group = groups.get(id) ?? { addressType, ports, endpoints: new Map() };
      group.endpoints.set(pod.metadata.uid ?? ip, endpointOf(service, pod, ip, nodes));
      groups.set(id, group);
    }
    // A Service without endpoints has an empty slice, so that readers can tell it from one not looked at yet.
    if (!found) groups.set(addressType, { addressType, ports: [], endpoints: new Map() });
  }
  return groups;
}

function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const servicePort of service.spec.ports ?? []) {
    const port = targetPort(pod, servicePort);
    if (port === undefined) continue;
    const { name = "", protocol = "TCP", appProtocol } = servicePort;
    ports.push({ name, protocol, port, ...(appProtocol ? { appProtocol } : {}) });
  }
  return ports;
}

function endpointOf(service: Service, pod: Pod, ip: string, nodes: (name: string) => Node | undefined): Endpoint {
  const { namespace, name, uid } = pod.metadata;
  const { nodeName } = pod.spec;
  const hostname = hostnameFor(service, pod);
  const zone = nodeName ? zoneOf(nodes(nodeName)) : undefined;
  return {
    addresses: [ip],
    conditions: conditionsFor(service, pod),
    ...(hostname ? { hostname } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
  };
}

function blankSlice(service: Service, triggered: string | undefined): EndpointSlice {
  const { [HEADLESS]: _, ...labels } = service.metadata.labels ?? {};
  const headless = service.spec.clusterIP === "None" ? { [HEADLESS]: "" } : {};
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "",
      generateName: `${service.metadata.name}-`,
      namespace: service.metadata.namespace,
      labels: { ...labels, ...headless, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: service.metadata.name },
      ...(triggered ? { annotations: { [TRIGGER_TIME]: triggered } } : {}),
      ownerReferences: [controllerReference(services, service)],
    },
    addressType: "IPv4",
    endpoints: [],
    ports: [],
  };
}

/** What the slice lists that is still wanted, as it is now; takes it out of `waiting`. */
function stillThere(slice: EndpointSlice, waiting: Map<string, Endpoint>): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const { targetRef } of slice.endpoints ?? []) {
    const uid = targetRef?.uid ?? "";
    const wanted = waiting.get(uid);
    if (wanted && waiting.delete(uid)) endpoints.push(wanted);
  }
  return endpoints;
}

function takeFrom(waiting: Map<string, Endpoint>, count: number): Endpoint[] {
  const taken = [...waiting].slice(0, Math.max(0, count));
  for (const [uid] of taken) waiting.delete(uid);
  return taken.map(([, endpoint]) => endpoint);
}

// The trigger time alone is no reason to write.
function differs(slice: EndpointSlice, next: EndpointSlice): boolean {
  return !sameValue(slice.endpoints ?? [], next.endpoints) || !sameValue(slice.metadata.labels, next.metadata.labels);
}
