/** What a Service is accepted with, but not without a word. */
import type { Service } from "@skiff/api/core/v1";
import { warnOfCidr, warnOfIp } from "../meta/warning-parts.ts";

const OLD_TOPOLOGY = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY = "service.kubernetes.io/topology-mode";

/** The warnings of a Service. */
export function serviceWarnings({ metadata, spec }: Service): string[] {
  const warnings: string[] = [];
  if (metadata.annotations?.[OLD_TOPOLOGY] !== undefined) {
    warnings.push(`annotation ${OLD_TOPOLOGY} is deprecated, please use ${TOPOLOGY} instead`);
  }
  if (spec.clusterIP !== "None") {
    spec.clusterIPs?.forEach((address, index) => {
      warnOfIp(address, `spec.clusterIPs[${index}]`, warnings);
    });
  }
  const external = spec.externalIPs ?? [];
  if (spec.type === "ClusterIP" && spec.clusterIP === "None") {
    if (spec.loadBalancerIP) warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (external.length > 0) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity !== "None") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  external.forEach((address, index) => {
    warnOfIp(address, `spec.externalIPs[${index}]`, warnings);
  });
  if (external.length > 0 && spec.type !== "ExternalName" && spec.clusterIP !== "None") {
    warnings.push("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  warnOfIp(spec.loadBalancerIP, "spec.loadBalancerIP", warnings);
  spec.loadBalancerSourceRanges?.forEach((cidr, index) => {
    warnOfCidr(cidr, `spec.loadBalancerSourceRanges[${index}]`, warnings);
  });
  if (spec.type === "ExternalName" && external.length > 0) {
    warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.type !== "ExternalName" && spec.externalName) {
    warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  if (spec.trafficDistribution === "PreferClose") {
    warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  }
  return warnings;
}
