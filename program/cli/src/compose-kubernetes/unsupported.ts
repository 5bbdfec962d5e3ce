/** Attributes of services that mean nothing on a cluster: said once, not passed over. */
import type { Service } from "@skiff/compose";
import type { ConversionContext } from "./context.ts";

const UNSUPPORTED: readonly (keyof Service)[] = [
  "blkio_config",
  "cgroup",
  "cgroup_parent",
  "cpu_count",
  "cpu_percent",
  "cpu_rt_period",
  "cpu_rt_runtime",
  "cpu_shares",
  "cpuset",
  "credential_spec",
  "device_cgroup_rules",
  "devices",
  "external_links",
  "init",
  "isolation",
  "logging",
  "mac_address",
  "mem_swappiness",
  "memswap_limit",
  "models",
  "oom_kill_disable",
  "oom_score_adj",
  "pids_limit",
  "runtime",
  "storage_opt",
  "ulimits",
  "use_api_socket",
  "userns_mode",
  "uts",
  "volumes_from",
];

/** Warns of what a service asks for that its Pods do not get. */
export function warnOfUnsupported(service: Service, context: ConversionContext): void {
  const found: string[] = UNSUPPORTED.filter((name) => isSet(service[name]));
  if (/^(?:service|container):/.test(service.network_mode ?? "")) found.push("network_mode");
  if (/^(?:service|container):/.test(service.pid ?? "")) found.push("pid");
  if (/^(?:service|container|shareable)/.test(service.ipc ?? "")) found.push("ipc");
  for (const [name, network] of Object.entries(service.networks ?? {}))
    if (network?.ipv4_address || network?.ipv6_address) found.push(`networks.${name}: a fixed address`);
  for (const name of found) context.warn(`service "${service.name}": ${name} is not carried over to the cluster`);
}

/** Warns of what the project asks for as a whole. */
export function warnOfProject(context: ConversionContext): void {
  for (const [name, { internal }] of Object.entries(context.project.networks))
    if (internal) context.warn(`network "${name}" is not internal on the cluster: Pods reach everything`);
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
