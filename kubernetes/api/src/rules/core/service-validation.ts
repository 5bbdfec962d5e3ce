/** What a Service may be, and how it may change. */
import type { Service, ServicePort, ServiceSpec } from "@skiff/api/core/v1";
import { isDns1123Label, isDns1123Subdomain, isPortNumber, isQualifiedName } from "../../names.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "../field-error.ts";
import { checkCidr, checkIp, checkNonSpecialIp } from "../meta/addresses.ts";
import { checkLabels } from "../meta/labels.ts";
import { checkOneOf, checkOptionalOneOf } from "../meta/one-of.ts";
import { checkPortOrName } from "./probe.ts";
import { checkClusterIps, checkClusterIpsUpdate } from "./service-addresses.ts";
import { isExternallyAccessible, needsHealthCheckPort } from "./service-type.ts";

const LONGEST_AFFINITY = 86400;

/** Checks a Service after its defaults; addresses and ports it does not ask for are allocated later. */
export function checkService({ spec, metadata }: Service): FieldError[] {
  const errors: FieldError[] = [];
  const headless = spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === "None";
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !headless && spec.type !== "ExternalName") errors.push(required("spec.ports"));
  if (headless && (spec.type === "LoadBalancer" || spec.type === "NodePort")) {
    errors.push(invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type === "ExternalName") checkExternalName(spec, errors);
  checkPorts(ports, errors);
  checkLabels(spec.selector, "spec.selector", errors);
  checkAffinity(spec, errors);
  checkClusterIps(spec, errors);
  spec.externalIPs?.forEach((address, index) => {
    const before = errors.length;
    checkIp(address, `spec.externalIPs[${index}]`, errors);
    if (errors.length === before) checkNonSpecialIp(address, `spec.externalIPs[${index}]`, errors);
  });
  checkOneOf(spec.type, ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], "spec.type", errors);
  checkPortsTogether(spec, ports, errors);
  checkLoadBalancer(spec, metadata.annotations, errors);
  checkTraffic(spec, errors);
  return errors;
}

function checkExternalName(spec: ServiceSpec, errors: FieldError[]): void {
  const why = "may not be set for ExternalName services";
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbidden("spec.clusterIPs", why));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden("spec.ipFamilies", why));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden("spec.ipFamilyPolicy", why));
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  if (name === "") errors.push(required("spec.externalName"));
  else for (const reason of isDns1123Subdomain(name)) errors.push(invalid("spec.externalName", name, reason));
}

function checkPorts(ports: readonly ServicePort[], errors: FieldError[]): void {
  const names = new Set<string>();
  ports.forEach((port, index) => {
    const path = `spec.ports[${index}]`;
    if (port.name) {
      for (const reason of isDns1123Label(port.name)) errors.push(invalid(`${path}.name`, port.name, reason));
      if (names.has(port.name)) errors.push(duplicate(`${path}.name`, port.name));
      names.add(port.name);
    } else if (ports.length > 1) errors.push(required(`${path}.name`));
    for (const reason of isPortNumber(port.port ?? 0)) errors.push(invalid(`${path}.port`, port.port ?? 0, reason));
    checkOneOf(port.protocol, ["SCTP", "TCP", "UDP"], `${path}.protocol`, errors);
    checkPortOrName(port.targetPort, `${path}.targetPort`, errors);
    if (port.appProtocol === undefined) return;
    for (const reason of isQualifiedName(port.appProtocol)) {
      errors.push(invalid(`${path}.appProtocol`, port.appProtocol, reason));
    }
  });
}

function checkPortsTogether(spec: ServiceSpec, ports: readonly ServicePort[], errors: FieldError[]): void {
  const nodePorts = new Set<string>();
  const numbers = new Set<string>();
  ports.forEach(({ port, nodePort, protocol }, index) => {
    const path = `spec.ports[${index}]`;
    if (nodePort && spec.type === "ClusterIP") {
      errors.push(forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
    }
    if (nodePort) {
      if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(duplicate(`${path}.nodePort`, nodePort));
      nodePorts.add(`${protocol}/${nodePort}`);
    }
    if (numbers.has(`${protocol}/${port}`)) errors.push(duplicate(path, { protocol, port }));
    numbers.add(`${protocol}/${port}`);
  });
}

function checkAffinity(spec: ServiceSpec, errors: FieldError[]): void {
  checkOneOf(spec.sessionAffinity, ["ClientIP", "None"], "spec.sessionAffinity", errors);
  const field = "spec.sessionAffinityConfig";
  if (spec.sessionAffinity === "None" && spec.sessionAffinityConfig) {
    errors.push(forbidden(field, "must not be set when session affinity is None"));
  }
  if (spec.sessionAffinity !== "ClientIP") return;
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) {
    errors.push(required(`${field}.clientIP.timeoutSeconds`, "when session affinity type is ClientIP"));
  } else if (seconds <= 0 || seconds > LONGEST_AFFINITY) {
    const why = `must be greater than 0 and less than ${LONGEST_AFFINITY}`;
    errors.push(invalid(`${field}.clientIP.timeoutSeconds`, seconds, why));
  }
}

const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

function checkLoadBalancer(
  spec: ServiceSpec,
  annotations: Readonly<Record<string, string>> | undefined,
  errors: FieldError[],
): void {
  const balanced = spec.type === "LoadBalancer";
  const only = "may only be used when `type` is 'LoadBalancer'";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = annotations?.[SOURCE_RANGES];
  if (ranges.length > 0) {
    if (!balanced) errors.push(forbidden("spec.LoadBalancerSourceRanges", only));
    ranges.forEach((range, index) => {
      checkCidr(range.trim(), `spec.LoadBalancerSourceRanges[${index}]`, errors);
    });
  } else if (annotation !== undefined) {
    const field = `metadata.annotations[${SOURCE_RANGES}]`;
    if (!balanced) errors.push(forbidden(field, only));
    for (const range of annotation.split(",")) if (range.trim() !== "") checkCidr(range.trim(), field, errors);
  }
  if (!balanced && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.push(forbidden("spec.allocateLoadBalancerNodePorts", only));
  }
  if (balanced && spec.allocateLoadBalancerNodePorts === undefined) {
    errors.push(required("allocateLoadBalancerNodePorts"));
  }
  if (spec.loadBalancerClass === undefined) return;
  if (!balanced) errors.push(forbidden("spec.loadBalancerClass", only));
  else {
    for (const reason of isQualifiedName(spec.loadBalancerClass)) {
      errors.push(invalid("spec.loadBalancerClass", spec.loadBalancerClass, reason));
    }
  }
}

function checkTraffic(spec: ServiceSpec, errors: FieldError[]): void {
  const policy = spec.externalTrafficPolicy ?? "";
  if (isExternallyAccessible(spec)) checkOneOf(policy, ["Cluster", "Local"], "spec.externalTrafficPolicy", errors);
  else if (policy !== "") {
    const why = "may only be set for externally-accessible services";
    errors.push(invalid("spec.externalTrafficPolicy", policy, why));
  }
  const port = spec.healthCheckNodePort ?? 0;
  if (port !== 0 && !needsHealthCheckPort(spec)) {
    const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid("spec.healthCheckNodePort", port, why));
  } else if (port !== 0) {
    for (const reason of isPortNumber(port)) errors.push(invalid("spec.healthCheckNodePort", port, reason));
  }
  if (spec.internalTrafficPolicy === undefined && spec.type !== "ExternalName") {
    errors.push(required("spec.internalTrafficPolicy"));
  }
  checkOptionalOneOf(spec.internalTrafficPolicy, ["Cluster", "Local"], "spec.internalTrafficPolicy", errors);
  const distributions = ["PreferClose", "PreferSameNode", "PreferSameZone"];
  if (spec.trafficDistribution !== undefined && !distributions.includes(spec.trafficDistribution)) {
    errors.push(notSupported("spec.trafficDistribution", spec.trafficDistribution, distributions));
  }
}

/** Checks a Service that is to replace `old`. */
export function checkServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors: FieldError[] = [];
  checkClusterIpsUpdate(service.spec, old.spec, errors);
  const balanced = service.spec.type === "LoadBalancer" && old.spec.type === "LoadBalancer";
  if (balanced && service.spec.loadBalancerClass !== old.spec.loadBalancerClass) {
    errors.push(invalid("spec.loadBalancerClass", service.spec.loadBalancerClass, "may not change once set"));
  }
  const checked = needsHealthCheckPort(service.spec) && needsHealthCheckPort(old.spec);
  if (checked && service.spec.healthCheckNodePort !== old.spec.healthCheckNodePort) {
    errors.push(forbidden("spec.healthCheckNodePort", "field is immutable"));
  }
  return [...errors, ...checkService(service)];
}

/** Checks the addresses a load balancer reports. */
export function checkServiceStatus(service: Service): FieldError[] {
  const errors: FieldError[] = [];
  const list = "status.loadBalancer.ingress";
  const entries = service.status?.loadBalancer?.ingress ?? [];
  if (service.spec.type !== "LoadBalancer" && entries.length > 0) {
    return [forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  entries.forEach(({ ip, ipMode, hostname }, index) => {
    const path = `${list}[${index}]`;
    if (ip) checkIp(ip, `${path}.ip`, errors);
    if (ip && ipMode === undefined) errors.push(required(`${path}.ipMode`, "must be specified when `ip` is set"));
    if (!ip && ipMode !== undefined) {
      errors.push(forbidden(`${path}.ipMode`, "may not be specified when `ip` is not set"));
    }
    if (ip) checkOptionalOneOf(ipMode, ["Proxy", "VIP"], `${path}.ipMode`, errors);
    if (!hostname) return;
    for (const reason of isDns1123Subdomain(hostname)) errors.push(invalid(`${path}.hostname`, hostname, reason));
  });
  return errors;
}
