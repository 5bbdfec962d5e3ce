/** Service: defaults, what the server fills in, and the fields that go and stay with its type. */
import type { Service, ServicePort, ServiceSpec } from "@skiff/api/core/v1";
import { label1035Name } from "../../names.ts";
import type { KindRules, Mutable } from "../kind-rules.ts";
import { familyOf } from "../meta/addresses.ts";
import { sameMeaning } from "../meta/immutable.ts";
import { keep } from "../strategy.ts";
import { isExternallyAccessible, needsClusterIp, needsHealthCheckPort, needsNodePorts } from "./service-type.ts";
import { checkService, checkServiceStatus, checkServiceUpdate } from "./service-validation.ts";
import { serviceWarnings } from "./service-warnings.ts";

/** How long a client keeps its endpoint under session affinity: three hours. */
const AFFINITY_SECONDS = 10800;

function defaults({ spec, status }: Mutable<Service>): void {
  spec.sessionAffinity ||= "None";
  if (spec.sessionAffinity === "None") delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    spec.sessionAffinityConfig ??= {};
    spec.sessionAffinityConfig.clientIP ??= {};
    spec.sessionAffinityConfig.clientIP.timeoutSeconds ??= AFFINITY_SECONDS;
  }
  spec.type ||= "ClusterIP";
  for (const port of spec.ports ?? []) {
    port.protocol ||= "TCP";
    port.targetPort ||= port.port;
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= "Cluster";
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= "VIP";
}

/** `clusterIP` is the first of `clusterIPs`; a client that gives one of them need not give the other. */
function pairClusterIps(spec: Mutable<ServiceSpec>, old?: ServiceSpec): void {
  if (old !== undefined) {
    const cleared = Boolean(old.clusterIP) && !spec.clusterIP;
    const moved = spec.clusterIP !== old.clusterIP && sameMeaning(spec.clusterIPs, old.clusterIPs);
    if (cleared && moved) delete spec.clusterIPs;
    else if (moved && spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  }
  if (spec.clusterIP && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP];
}

/** In a cluster of IPv4 addresses. Headless Services without selector may name endpoints of any family. */
function fillFamilies(spec: Mutable<ServiceSpec>): void {
  if (!needsClusterIp(spec)) return;
  const headless = spec.clusterIP === "None";
  if (headless && Object.keys(spec.selector ?? {}).length === 0) {
    spec.ipFamilyPolicy ??= "RequireDualStack";
    spec.ipFamilies ??= spec.ipFamilyPolicy === "SingleStack" ? ["IPv4"] : ["IPv4", "IPv6"];
    return;
  }
  spec.ipFamilyPolicy ??= "SingleStack";
  spec.ipFamilies ??= [spec.clusterIP && !headless ? familyOf(spec.clusterIP) : "IPv4"];
}

/** What was allocated before is kept where the client leaves it out, so that sending a manifest again changes nothing. */
function keepAllocated(spec: Mutable<ServiceSpec>, old: ServiceSpec): void {
  if (needsClusterIp(old) && needsClusterIp(spec)) {
    spec.clusterIP ||= old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === old.clusterIP)
      keep<ServiceSpec>(spec, old, "clusterIPs");
    spec.ipFamilies ??= old.ipFamilies?.slice();
    spec.ipFamilyPolicy ??= old.ipFamilyPolicy;
  }
  if (needsNodePorts(old) && needsNodePorts(spec)) {
    const before = new Map(old.ports?.map((port) => [portKey(port), port.nodePort]));
    const used = new Set(spec.ports?.map((port) => port.nodePort).filter(Boolean));
    for (const port of spec.ports ?? []) {
      const nodePort = before.get(portKey(port));
      if (port.nodePort || nodePort === undefined || used.has(nodePort)) continue;
      port.nodePort = nodePort;
    }
  }
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec)) spec.healthCheckNodePort ||= old.healthCheckNodePort;
}

function portKey(port: ServicePort): string {
  return `${port.protocol ?? "TCP"}/${port.port}`;
}

/** A change of type takes away what only the old type had, unless the client has set it anew. */
function dropWithType(spec: Mutable<ServiceSpec>, old: ServiceSpec): void {
  if (needsClusterIp(old) && !needsClusterIp(spec) && sameMeaning(spec.clusterIPs, old.clusterIPs)) {
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) delete spec[field];
  }
  if (needsNodePorts(old) && !needsNodePorts(spec) && sameNodePorts(spec, old)) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  const healthPort = spec.healthCheckNodePort === old.healthCheckNodePort;
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(spec) && healthPort) delete spec.healthCheckNodePort;
  if (old.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    for (const field of ["allocateLoadBalancerNodePorts", "loadBalancerClass"] as const) {
      if (spec[field] === old[field]) delete spec[field];
    }
  }
  const policy = spec.externalTrafficPolicy === old.externalTrafficPolicy;
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec) && policy) delete spec.externalTrafficPolicy;
}

function sameNodePorts(spec: ServiceSpec, old: ServiceSpec): boolean {
  const had = new Set(old.ports?.map((port) => port.nodePort));
  return (spec.ports ?? []).every((port) => had.has(port.nodePort));
}

export const serviceRules: KindRules<Service> = {
  warnings: serviceWarnings,
  name: label1035Name,
  allowCreateOnUpdate: true,
  defaults,
  validate: checkService,
  validateUpdate: checkServiceUpdate,
  validateStatusUpdate: checkServiceStatus,
  prepareForCreate(service) {
    service.status = { loadBalancer: {} };
    pairClusterIps(service.spec);
    fillFamilies(service.spec);
  },
  prepareForUpdate(service, old) {
    keep<Service>(service, old, "status");
    pairClusterIps(service.spec, old.spec);
    keepAllocated(service.spec, old.spec);
    dropWithType(service.spec, old.spec);
    fillFamilies(service.spec);
  },
  prepareForStatusUpdate(service, old) {
    keep<Service>(service, old, "spec");
  },
  selectableFields(service) {
    return { "spec.clusterIP": service.spec.clusterIP ?? "", "spec.type": service.spec.type ?? "" };
  },
};
