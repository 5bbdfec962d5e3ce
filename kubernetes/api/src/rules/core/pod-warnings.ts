/** What a PodSpec is accepted with, but not without a word. */
import type { Container, ContainerPort, PodAffinityTerm, PodSpec, Volume } from "@skiff/api/core/v1";
import { oldNodeLabel, warnOfFraction, warnOfIp, warnOfNodeSelector, warnOfNodeTerm } from "../meta/warning-parts.ts";
import { warnOfClaimSpec } from "./claim-warnings.ts";
import { warnOfProjectedPaths } from "./projection-warnings.ts";

type Annotations = Readonly<Record<string, string>> | undefined;

const oldAnnotations: readonly (readonly [key: string, why: string])[] = [
  ["scheduler.alpha.kubernetes.io/critical-pod", 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ["security.alpha.kubernetes.io/sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
  ["security.alpha.kubernetes.io/unsafe-sysctls", 'non-functional in v1.11+; use the "sysctls" field instead'],
];

/** Sources of volumes that are gone, or going. */
export const oldVolumes: readonly (readonly [source: keyof Volume, why: string])[] = [
  ["photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

/** Gives the warnings. `prefix` is the path of the template and a dot, or "" for a Pod. */
export function podWarnings(spec: PodSpec | undefined, annotations: Annotations, prefix = ""): string[] {
  const warnings: string[] = [];
  if (spec === undefined) return warnings;
  const path = `${prefix}spec`;
  warnOfPlacement(spec, path, warnings);
  for (const [key, why] of oldAnnotations) {
    if (annotations?.[key] !== undefined) warnings.push(`${prefix}metadata.annotations[${key}]: ${why}`);
  }
  spec.volumes?.forEach((volume, index) => {
    warnOfVolume(volume, `${path}.volumes[${index}]`, warnings);
  });
  warnOfProjectedPaths(spec, path, warnings);
  warnOfRepeated(spec, path, warnings);
  for (const name of ["memory", "ephemeral-storage"]) {
    warnOfFraction(spec.overhead?.[name], `${path}.overhead[${name}]`, warnings);
  }
  warnOfProfiles(spec, annotations, prefix, warnings);
  for (const [container, field] of containersOf(spec, path)) warnOfContainer(container, field, warnings);
  warnOfPorts(spec, path, warnings);
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) {
    const why = "must be >= 0; negative values are invalid and will be treated as 1";
    warnings.push(`${path}.terminationGracePeriodSeconds: ${why}`);
  }
  warnOfAddresses(spec, path, warnings);
  return warnings;
}

type AnyContainer = Pick<Container, "name" | "env" | "ports" | "resources" | "securityContext">;

function containersOf(spec: PodSpec, path: string): [AnyContainer, string][] {
  const lists = ["initContainers", "containers", "ephemeralContainers"] as const;
  return lists.flatMap((list) =>
    (spec[list] ?? []).map((container, index): [AnyContainer, string] => [container, `${path}.${list}[${index}]`]),
  );
}

function warnOfPlacement(spec: PodSpec, path: string, warnings: string[]): void {
  for (const label of Object.keys(spec.nodeSelector ?? {})) {
    const why = oldNodeLabel(label);
    if (why) warnings.push(`${path}.nodeSelector[${label}]: ${why}`);
  }
  const nodes = spec.affinity?.nodeAffinity;
  const field = `${path}.affinity.nodeAffinity`;
  const required = nodes?.requiredDuringSchedulingIgnoredDuringExecution;
  warnOfNodeSelector(required, `${field}.requiredDuringSchedulingIgnoredDuringExecution`, warnings);
  nodes?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ preference }, index) => {
    const at = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${index}].preference`;
    warnOfNodeTerm(preference, at, warnings);
  });
  spec.topologySpreadConstraints?.forEach(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`;
    const why = oldNodeLabel(topologyKey);
    if (why) warnings.push(`${at}.topologyKey: ${topologyKey} is ${why}`);
    if (labelSelector === undefined) warnings.push(matchesNothing(at));
  });
  for (const kind of ["podAffinity", "podAntiAffinity"] as const) {
    const pods = spec.affinity?.[kind];
    const at = `${path}.affinity.${kind}`;
    pods?.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, index) => {
      warnOfPodTerm(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, warnings);
    });
    pods?.preferredDuringSchedulingIgnoredDuringExecution?.forEach(({ podAffinityTerm }, index) => {
      const one = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${index}].podAffinityTerm`;
      warnOfPodTerm(podAffinityTerm, one, warnings);
    });
  }
}

function warnOfPodTerm({ labelSelector }: PodAffinityTerm, field: string, warnings: string[]): void {
  if (labelSelector === undefined) warnings.push(matchesNothing(field));
}

function matchesNothing(field: string): string {
  return `${field}.labelSelector: a null labelSelector results in matching no pod`;
}

function warnOfVolume(volume: Volume, path: string, warnings: string[]): void {
  for (const [source, why] of oldVolumes) {
    const field = source === "storageos" ? "storageOS" : source;
    if (volume[source] !== undefined) warnings.push(`${path}.${field}: ${why}`);
  }
  const template = volume.ephemeral?.volumeClaimTemplate;
  if (template) warnOfClaimSpec(template.spec, `${path}.ephemeral.volumeClaimTemplate.spec`, warnings);
}

function warnOfRepeated(spec: PodSpec, path: string, warnings: string[]): void {
  const addresses = new Set<string>();
  spec.hostAliases?.forEach(({ ip }, index) => {
    const field = `${path}.hostAliases[${index}].ip`;
    if (addresses.has(ip)) warnings.push(`${field}: duplicate ip ${JSON.stringify(ip)}`);
    addresses.add(ip);
  });
  const secrets = new Set<string>();
  spec.imagePullSecrets?.forEach(({ name = "" }, index) => {
    const field = `${path}.imagePullSecrets[${index}].name`;
    if (secrets.has(name)) warnings.push(`${field}: duplicate name ${JSON.stringify(name)}`);
    secrets.add(name);
  });
  spec.imagePullSecrets?.forEach(({ name }, index) => {
    if (!name) warnings.push(`${path}.imagePullSecrets[${index}].name: invalid empty name ""`);
  });
}

/** Profiles used to be annotations. */
function warnOfProfiles(spec: PodSpec, annotations: Annotations, prefix: string, warnings: string[]): void {
  if (annotations === undefined) return;
  const warn = (key: string, why: string) => {
    if (annotations[key] !== undefined) warnings.push(`${prefix}metadata.annotations[${key}]: ${why}`);
  };
  const seccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  const appArmor = 'deprecated since v1.30; use the "appArmorProfile" field instead';
  const ofPod = spec.securityContext;
  if (ofPod?.seccompProfile === undefined) warn("seccomp.security.alpha.kubernetes.io/pod", seccomp);
  for (const [{ name, securityContext }] of containersOf(spec, "")) {
    if (securityContext?.seccompProfile === undefined) {
      warn(`container.seccomp.security.alpha.kubernetes.io/${name}`, seccomp);
    }
    if (ofPod?.appArmorProfile === undefined && securityContext?.appArmorProfile === undefined) {
      warn(`container.apparmor.security.beta.kubernetes.io/${name}`, appArmor);
    }
  }
}

function warnOfContainer(container: AnyContainer, path: string, warnings: string[]): void {
  for (const name of ["memory", "ephemeral-storage"]) {
    for (const kind of ["limits", "requests"] as const) {
      warnOfFraction(container.resources?.[kind]?.[name], `${path}.resources.${kind}[${name}]`, warnings);
    }
  }
  const names = new Set<string>();
  container.env?.forEach(({ name, value = "", valueFrom }, index) => {
    // A value may be made of the one before it: X=a, X=$(X)b.
    const isBuiltOn = valueFrom === undefined && value !== `$(${name})` && value.includes(`$(${name})`);
    if (names.has(name) && !isBuiltOn) {
      const what = `hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`;
      warnings.push(`${path}.env[${index}]: ${what}`);
    }
    names.add(name);
  });
}

function warnOfPorts(spec: PodSpec, path: string, warnings: string[]): void {
  const known = new Map<string, { readonly field: string; readonly port: ContainerPort }[]>();
  for (const [container, at] of containersOf(spec, path)) {
    container.ports?.forEach((port, index) => {
      const field = `${at}.ports[${index}]`;
      const { hostIP = "", hostPort = 0, name = "", containerPort, protocol = "" } = port;
      if (hostIP !== "" && hostPort === 0) {
        const shown = `{Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
        warnings.push(`${field}: hostIP set without hostPort: ${shown}`);
      }
      const key = `${containerPort}/${protocol}`;
      const others = known.get(key) ?? [];
      for (const other of others) {
        const what = overlap(port, other.port);
        if (what) warnings.push(`${field}: ${what} port definition with ${other.field}`);
      }
      known.set(key, [...others, { field, port }]);
    });
  }
}

function overlap(one: ContainerPort, other: ContainerPort): string | undefined {
  const { hostIP = "", hostPort = 0 } = one;
  const { hostIP: otherIP = "", hostPort: otherPort = 0 } = other;
  if (hostIP === otherIP && hostPort === otherPort) return "duplicate";
  if (hostPort === 0 || otherPort === 0) return "overlapping";
  const anyAddress = ["", "0.0.0.0", "::"];
  const isSame = hostPort === otherPort && (anyAddress.includes(hostIP) || anyAddress.includes(otherIP));
  return isSame ? "overlapping" : undefined;
}

function warnOfAddresses(spec: PodSpec, path: string, warnings: string[]): void {
  spec.dnsConfig?.nameservers?.forEach((address, index) => {
    warnOfIp(address, `${path}.dnsConfig.nameservers[${index}]`, warnings);
  });
  spec.hostAliases?.forEach(({ ip }, index) => {
    warnOfIp(ip, `${path}.hostAliases[${index}].ip`, warnings);
  });
}
