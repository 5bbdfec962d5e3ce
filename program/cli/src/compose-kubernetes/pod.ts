/** A service as a Pod template. */
import type { Container, PodSpec, PodTemplateSpec, RestartPolicy } from "@skiff/api/core/v1";
import type { Service } from "@skiff/compose";
import { containerOf } from "./container.ts";
import { type ConversionContext, selectorOf } from "./context.ts";
import { mountsOf } from "./mounts.ts";
import { wholeSeconds } from "./quantities.ts";
import { podSecurity } from "./security.ts";
import { completedContainer, isAwaited, waitingContainers } from "./waiting.ts";

/** Compose's, where a service does not say. */
const GRACE_PERIOD = "10s";

export function podTemplate(
  service: Service,
  context: ConversionContext,
  restartPolicy?: RestartPolicy,
): PodTemplateSpec {
  const annotations = annotationsOf(service, context);
  return {
    metadata: { labels: selectorOf(context, service.name), annotations },
    spec: podSpec(service, context, restartPolicy),
  };
}

function podSpec(service: Service, context: ConversionContext, restartPolicy: RestartPolicy | undefined): PodSpec {
  const mounts = mountsOf(service, context);
  const container = containerOf(service, mounts, context);
  const first = waitingContainers(service, context);
  // What others wait for the end of runs to its end before the Pod's one lasting container.
  const [before, lasting] = isAwaited(service, context)
    ? [[...first, withoutProbe(container)], completedContainer()]
    : [first, container];
  const hostNetwork = service.network_mode === "host";
  return {
    // A signal of one's own is only taken with the system it belongs to.
    os: service.stop_signal ? { name: "linux" } : undefined,
    hostname: service.hostname && isLabel(service.hostname) ? service.hostname : undefined,
    hostNetwork: hostNetwork || undefined,
    dnsPolicy: hostNetwork ? "ClusterFirstWithHostNet" : undefined,
    hostPID: service.pid === "host" || undefined,
    hostIPC: service.ipc === "host" || undefined,
    nodeSelector: nodeSelectorOf(service.platform),
    // Variables such as REDIS_PORT=tcp://… are no part of what the Compose file says, and mislead programs.
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: wholeSeconds(service.stop_grace_period ?? GRACE_PERIOD),
    securityContext: podSecurity(service, context),
    hostAliases: hostAliasesOf(service, context),
    dnsConfig: dnsOf(service),
    restartPolicy,
    initContainers: before.length > 0 ? before : undefined,
    containers: [lasting],
    volumes: mounts.volumes.length > 0 ? mounts.volumes : undefined,
  };
}

// Init containers are run to their end, not probed, and have no hooks.
function withoutProbe({ readinessProbe: _probe, lifecycle: _lifecycle, ...container }: Container): Container {
  return container;
}

function annotationsOf(service: Service, context: ConversionContext): Record<string, string> | undefined {
  const given = Object.entries({ ...service.labels, ...service.annotations }).filter(([key]) => {
    const valid = /^(?:[a-z0-9][-a-z0-9.]*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(key);
    if (!valid) context.warn(`service "${service.name}": the label "${key}" cannot be an annotation on the cluster`);
    return valid;
  });
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

// "linux/arm64/v8"
function nodeSelectorOf(platform: string | undefined): Record<string, string> | undefined {
  const [system, architecture] = platform?.split("/") ?? [];
  if (!system) return undefined;
  return { "kubernetes.io/os": system, ...(architecture ? { "kubernetes.io/arch": architecture } : {}) };
}

function hostAliasesOf(service: Service, context: ConversionContext): PodSpec["hostAliases"] {
  const names = new Map<string, string[]>();
  for (const text of service.extra_hosts ?? []) {
    const at = text.indexOf("=");
    const [name, given] = [text.slice(0, at), text.slice(at + 1).replace(/^\[|\]$/g, "")];
    const ip = given === "host-gateway" ? context.facts.address : given;
    if (ip === undefined)
      context.warn(`service "${service.name}": "${name}" cannot be the host's address on just any cluster`);
    else names.set(ip, [...(names.get(ip) ?? []), name]);
  }
  return names.size > 0 ? [...names].map(([ip, hostnames]) => ({ ip, hostnames })) : undefined;
}

function dnsOf({ dns = [], dns_search: searches = [], dns_opt: options = [] }: Service): PodSpec["dnsConfig"] {
  if (dns.length + searches.length + options.length === 0) return undefined;
  return {
    ...(dns.length > 0 ? { nameservers: dns } : {}),
    ...(searches.length > 0 ? { searches } : {}),
    ...(options.length > 0 ? { options: options.map(optionOf) } : {}),
  };
}

function optionOf(option: string): { readonly name: string; readonly value?: string | undefined } {
  const [name = "", value] = option.split(":");
  return { name, value };
}

function isLabel(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name);
}
