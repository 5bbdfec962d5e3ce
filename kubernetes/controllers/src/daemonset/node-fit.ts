import type {
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  PodSpec,
  Taint,
  Toleration,
} from "@skiff/api/core/v1";
import { tolerates } from "../node-lifecycle/plan.ts";

/** What every pod of a DaemonSet puts up with: it belongs to its node, in good times and bad. */
export function daemonTolerations(hostNetwork: boolean): Toleration[] {
  const exists = (key: string, effect: "NoExecute" | "NoSchedule"): Toleration => ({
    key: `node.kubernetes.io/${key}`,
    operator: "Exists",
    effect,
  });
  return [
    exists("not-ready", "NoExecute"),
    exists("unreachable", "NoExecute"),
    exists("disk-pressure", "NoSchedule"),
    exists("memory-pressure", "NoSchedule"),
    exists("pid-pressure", "NoSchedule"),
    exists("unschedulable", "NoSchedule"),
    ...(hostNetwork ? [exists("network-unavailable", "NoSchedule")] : []),
  ];
}

/** Whether a pod of this spec belongs on `node`: to be started there, and if it is there already, to stay. */
export function fitOf(node: Node, spec: PodSpec): { readonly run: boolean; readonly stay: boolean } {
  const selected = (spec.nodeName ?? node.metadata.name) === node.metadata.name && isSelected(node, spec);
  const tolerations = [...(spec.tolerations ?? []), ...daemonTolerations(spec.hostNetwork === true)];
  const refused = (node.spec.taints ?? []).filter(
    (taint) => !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
  const keeps = ({ effect }: Taint) => effect !== "NoExecute";
  return {
    run: selected && refused.every(({ effect }) => effect === "PreferNoSchedule"),
    stay: selected && refused.every(keeps),
  };
}

function isSelected(node: Node, spec: PodSpec): boolean {
  const labels = node.metadata.labels ?? {};
  const wanted = Object.entries(spec.nodeSelector ?? {});
  if (!wanted.every(([name, value]) => labels[name] === value)) return false;
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return !terms || terms.some((term) => holds(term, node));
}

function holds(term: NodeSelectorTerm, node: Node): boolean {
  const { matchExpressions = [], matchFields = [] } = term;
  if (matchExpressions.length + matchFields.length === 0) return false;
  const onLabels = matchExpressions.every((requirement) => meets(requirement, node.metadata.labels?.[requirement.key]));
  return (
    onLabels &&
    matchFields.every((requirement) =>
      meets(requirement, requirement.key === "metadata.name" ? node.metadata.name : undefined),
    )
  );
}

function meets({ operator, values = [] }: NodeSelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return Number(value) > Number(values[0]);
    case "Lt":
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** The node a pod of a DaemonSet is for: where it is, or where its affinity pins it. */
export function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const pins = terms.flatMap(({ matchFields = [] }) => matchFields.filter(({ key }) => key === "metadata.name"));
  return pins[0]?.values?.[0];
}
