import type { Node, Pod, PodSpec, Taint, Toleration } from "@skiff/api/core/v1";
import { allowsNode, tolerates } from "@skiff/api/scheduling";

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
  const selected = (spec.nodeName ?? node.metadata.name) === node.metadata.name && allowsNode(spec, node);
  const tolerations = [...(spec.tolerations ?? []), ...daemonTolerations(spec.hostNetwork === true)];
  const refused = (node.spec.taints ?? []).filter((taint) => !tolerates(tolerations, taint));
  const keeps = ({ effect }: Taint) => effect !== "NoExecute";
  return {
    run: selected && refused.every(({ effect }) => effect === "PreferNoSchedule"),
    stay: selected && refused.every(keeps),
  };
}

/** The node a pod of a DaemonSet is for: where it is, or where its affinity pins it. */
export function nodeOf(pod: Pod): string | undefined {
  if (pod.spec.nodeName) return pod.spec.nodeName;
  const terms =
    pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const pins = terms.flatMap(({ matchFields = [] }) => matchFields.filter(({ key }) => key === "metadata.name"));
  return pins[0]?.values?.[0];
}
