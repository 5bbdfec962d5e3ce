import type { DaemonSet } from "@skiff/api/apps/v1";
import type { NodeSelectorTerm, Pod } from "@skiff/api/core/v1";
import { daemonSets } from "@skiff/api/resources";
import { podFrom } from "../pod-maker.ts";
import { REVISION_HASH } from "../revisions.ts";
import { daemonTolerations } from "./node-fit.ts";

/** The pod of `set` for one node: the scheduler places it, and can place it nowhere else. */
export function daemonPod(set: DaemonSet, node: string, hash: string): Pod {
  const { template } = set.spec;
  const labels = { ...template.metadata?.labels, [REVISION_HASH]: hash };
  const pod = podFrom(daemonSets, set, template, { labels });
  const pin: NodeSelectorTerm = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  const { affinity } = pod.spec;
  const nodeAffinity = {
    ...affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [pin] },
  };
  const present = pod.spec.tolerations ?? [];
  const added = daemonTolerations(pod.spec.hostNetwork === true).filter(
    (each) => !present.some(({ key, effect }) => key === each.key && effect === each.effect),
  );
  return {
    ...pod,
    spec: { ...pod.spec, affinity: { ...affinity, nodeAffinity }, tolerations: [...present, ...added] },
  };
}
