import type { Pod } from "@skiff/api/core/v1";

/** The name a Pod's processes see as their host's, and its fully qualified form where the Pod has a subdomain. */
export function podHostname(pod: Pod, clusterDomain: string): { hostname: string; fqdn: string } {
  const hostname = (pod.spec.hostname || pod.metadata.name || "").slice(0, 63).replace(/[-.]+$/, "");
  const { subdomain } = pod.spec;
  const fqdn = subdomain ? `${hostname}.${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : "";
  return { hostname, fqdn };
}

/** The contents of /etc/hosts in a Pod's containers. `nodeHosts` is the node's own file, for Pods on its network. */
export function hostsFile(pod: Pod, podIPs: readonly string[], clusterDomain: string, nodeHosts: string): string {
  const { hostname, fqdn } = podHostname(pod, clusterDomain);
  const head = pod.spec.hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${nodeHosts}`
    : [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::0\tip6-localnet",
        "fe00::0\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
        ...podIPs.map((ip) => [ip, ...(fqdn ? [fqdn] : []), hostname].join("\t")),
        "",
      ].join("\n");
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => [ip, ...hostnames].join("\t"));
  if (aliases.length === 0) return head;
  return `${head}\n# Entries added by HostAliases.\n${aliases.join("\n")}\n`;
}
