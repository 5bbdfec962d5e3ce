import type { Pod } from "@skiff/api/core/v1";
import type { DNSConfig, PodSandboxConfig } from "@skiff/engine/cri";
import { label } from "../container/labels.ts";
import { sandboxSecurity } from "../container/security.ts";
import { podContainers } from "../spec/containers.ts";
import { cgroupParent } from "../spec/qos.ts";
import { podResources } from "../spec/resources.ts";
import { podHostname } from "./hosts-file.ts";

export interface SandboxConfigInput {
  readonly pod: Pod;
  readonly attempt: number;
  readonly logDirectory: string;
  readonly dns: DNSConfig;
  readonly clusterDomain: string;
  /** Cgroup that all Pods' lie below. */
  readonly cgroupRoot?: string | undefined;
  readonly nodeHostname: string;
  /** Directory of the node's seccomp profiles. */
  readonly profiles: string;
}

/** What the runtime is asked to make for a Pod as a whole. */
export function sandboxConfig(input: SandboxConfigInput): PodSandboxConfig {
  const { pod, attempt, logDirectory, dns, clusterDomain, nodeHostname, cgroupRoot } = input;
  const { name = "", namespace = "", uid = "", labels = {}, annotations = {} } = pod.metadata;
  const { hostname, fqdn } = podHostname(pod, clusterDomain);
  const own = pod.spec.setHostnameAsFQDN && fqdn ? fqdn : hostname;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: pod.spec.hostNetwork ? nodeHostname : own,
    logDirectory,
    dnsConfig: dns,
    portMappings: portMappings(pod),
    labels: { ...labels, [label.podName]: name, [label.podNamespace]: namespace, [label.podUid]: uid },
    annotations,
    linux: {
      cgroupParent: cgroupParent(pod, cgroupRoot),
      securityContext: sandboxSecurity(pod, input.profiles),
      sysctls: Object.fromEntries(
        (pod.spec.securityContext?.sysctls ?? []).map((sysctl) => [sysctl.name, sysctl.value]),
      ),
      resources: podResources(pod),
    },
  };
}

function portMappings(pod: Pod): NonNullable<PodSandboxConfig["portMappings"]> {
  if (pod.spec.hostNetwork) return [];
  return podContainers(pod).flatMap(({ container }) =>
    (container.ports ?? []).flatMap(({ containerPort, hostPort, hostIP = "", protocol = "TCP" }) =>
      hostPort ? [{ containerPort, hostPort, hostIp: hostIP, protocol }] : [],
    ),
  );
}
