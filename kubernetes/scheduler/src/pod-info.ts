import { fromLabelSelector, fromLabels, keyOf, matches, type Selector } from "@skiff/api";
import type { Pod, PodAffinityTerm } from "@skiff/api/core/v1";
import { podRequests, podScoringRequests, type Resources } from "./resources.ts";

/** A Pod with what the plugins ask of it again and again, worked out once. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly priority: number;
  readonly requests: Resources;
  readonly scoringRequests: Resources;
  readonly hostPorts: readonly HostPort[];
  readonly affinity: PodAffinity;
}

/** A port a Pod takes on its node. `ip` 0.0.0.0 takes it on every address. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PodAffinity {
  readonly required: readonly AffinityTerm[];
  readonly preferred: readonly WeightedTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferredAnti: readonly WeightedTerm[];
}

/** A Pod affinity term made ready: which Pods it means, and the node label that says what counts as together. */
export interface AffinityTerm {
  readonly topologyKey: string;
  /** Whether the term means `pod`; the labels of its namespace decide when the term selects namespaces. */
  means(pod: Pod, namespaceLabels: NamespaceLabels): boolean;
}

export interface WeightedTerm {
  readonly weight: number;
  readonly term: AffinityTerm;
}

/** The labels of a namespace, undefined when it is not known. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/** Works out what scheduling needs to know of `pod`. Throws when a quantity or selector could not have passed validation. */
export function podInfo(pod: Pod): PodInfo {
  const { spec } = pod;
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const term = (raw: PodAffinityTerm) => affinityTerm(raw, pod);
  const weighted = (raw: { readonly weight: number; readonly podAffinityTerm: PodAffinityTerm }) => ({
    weight: raw.weight,
    term: term(raw.podAffinityTerm),
  });
  return {
    pod,
    key: keyOf(pod),
    priority: spec.priority ?? 0,
    requests: podRequests(spec),
    scoringRequests: podScoringRequests(spec),
    hostPorts: hostPorts(pod),
    affinity: {
      required: (podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term),
      preferred: (podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted),
      requiredAnti: (podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term),
      preferredAnti: (podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(weighted),
    },
  };
}

function hostPorts({ spec }: Pod): HostPort[] {
  const containers = [
    ...spec.containers,
    ...(spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always"),
  ];
  return containers.flatMap((container) =>
    (container.ports ?? []).flatMap(({ hostPort, hostIP, protocol }) =>
      hostPort ? [{ ip: hostIP || "0.0.0.0", protocol: protocol ?? "TCP", port: hostPort }] : [],
    ),
  );
}

function affinityTerm(raw: PodAffinityTerm, owner: Pod): AffinityTerm {
  const selector = withLabelsOf(raw, owner);
  const namespaceSelector = raw.namespaceSelector ? fromLabelSelector(raw.namespaceSelector) : undefined;
  const named = new Set(raw.namespaces ?? []);
  if (named.size === 0 && !namespaceSelector) named.add(owner.metadata.namespace ?? "");
  return {
    topologyKey: raw.topologyKey,
    means(pod, namespaceLabels) {
      const namespace = pod.metadata.namespace ?? "";
      const inNamespace =
        named.has(namespace) ||
        (namespaceSelector !== undefined && matches(namespaceSelector, namespaceLabels(namespace) ?? {}));
      return inNamespace && matches(selector, pod.metadata.labels);
    },
  };
}

/** The term's selector, narrowed to the Pods that share (or do not share) the owner's values of the given label keys. */
function withLabelsOf(raw: PodAffinityTerm, owner: Pod): Selector {
  const selector = fromLabelSelector(raw.labelSelector);
  const own = owner.metadata.labels ?? {};
  const shared = sharedLabels(raw.matchLabelKeys, own);
  const different = (raw.mismatchLabelKeys ?? []).flatMap((key) => {
    const value = own[key];
    return value === undefined ? [] : [{ key, operator: "NotIn" as const, values: [value] }];
  });
  return { ...selector, requirements: [...selector.requirements, ...shared.requirements, ...different] };
}

/** Selects Pods that have the same value as `labels` for each of `keys` that `labels` has. */
export function sharedLabels(keys: readonly string[] | undefined, labels: Readonly<Record<string, string>>): Selector {
  return fromLabels(
    Object.fromEntries((keys ?? []).flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]]))),
  );
}
