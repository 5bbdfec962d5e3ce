/** Which Pods and claims a quota with scopes is about. */
import type {
  PersistentVolumeClaim,
  Pod,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from "../generated/types/core/v1.ts";
import { podQosClass } from "../rules/core/qos.ts";

/** One scope and what it asks for. */
export type ScopeRequirement = ScopedResourceSelectorRequirement;

/** The scopes of a quota, those it merely names included. */
export function scopesOf({ spec }: ResourceQuota): readonly ScopeRequirement[] {
  const named = (spec?.scopes ?? []).map((scopeName): ScopeRequirement => ({ scopeName, operator: "Exists" }));
  return [...named, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether the Pod is in the scope. */
export function podInScope({ scopeName, operator, values = [] }: ScopeRequirement, pod: Pod): boolean {
  const { spec } = pod;
  const ends = spec.activeDeadlineSeconds !== undefined && spec.activeDeadlineSeconds >= 0;
  switch (scopeName) {
    case "Terminating":
      return ends;
    case "NotTerminating":
      return !ends;
    case "BestEffort":
      return podQosClass(pod) === "BestEffort";
    case "NotBestEffort":
      return podQosClass(pod) !== "BestEffort";
    case "CrossNamespacePodAffinity":
      return looksAcrossNamespaces(pod);
    case "PriorityClass":
      return valueMatches(operator, values, spec.priorityClassName ?? "");
    default:
      return false;
  }
}

/** Whether the claim is in the scope: by the attributes class it has or is getting. */
export function claimInScope(
  { scopeName, operator, values = [] }: ScopeRequirement,
  claim: PersistentVolumeClaim,
): boolean {
  if (scopeName !== "VolumeAttributesClass") return false;
  const { spec, status } = claim;
  const names = [
    spec?.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter((name) => name !== undefined && name !== "");
  if (names.length === 0) return operator === "DoesNotExist" || operator === "NotIn";
  return names.some((name) => valueMatches(operator, values, name ?? ""));
}

function valueMatches(operator: ScopeRequirement["operator"], values: readonly string[], value: string): boolean {
  switch (operator) {
    case "Exists":
      return value !== "";
    case "DoesNotExist":
      return value === "";
    case "In":
      return values.includes(value);
    case "NotIn":
      return !values.includes(value);
    default:
      return false;
  }
}

function looksAcrossNamespaces({ spec }: Pod): boolean {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [podAffinity, podAntiAffinity].some((affinity) => {
    const required = affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return [...required, ...preferred.map((term) => term.podAffinityTerm)].some(
      (term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined,
    );
  });
}
