import type { Pod } from "@skiff/api/core/v1";
import { type FilterPlugin, fits, neverFits, noRoom, type ScorePlugin, type Snapshot } from "../../framework.ts";
import type { NodeInfo } from "../../node-info.ts";
import { MAX_SCORE } from "../../normalize.ts";
import type { AffinityTerm, PodInfo, WeightedTerm } from "../../pod-info.ts";
import { TopologyCounts } from "../../topology-counts.ts";

export const AFFINITY_REASON = "node(s) didn't match pod affinity rules";
export const ANTI_AFFINITY_REASON = "node(s) didn't match pod anti-affinity rules";
export const EXISTING_REASON = "node(s) didn't satisfy existing pods anti-affinity rules";

/** The weight a Pod already running gives to Pods its required affinity means. */
const HARD_AFFINITY_WEIGHT = 1;

/** InterPodAffinity: Pods that want, or do not want, to share a node, zone or other topology with other Pods. */
export const interPodAffinity: FilterPlugin & ScorePlugin = {
  name: "InterPodAffinity",
  wakesOn: ["Pod/add", "Pod/update", "Pod/delete", "Node/add", "Node/update", "Namespace/update"],
  preFilter(pod, snapshot) {
    const { required, requiredAnti } = pod.affinity;
    const forbidden = new TopologyCounts();
    for (const { other, node } of placedWithAffinity(snapshot))
      for (const term of other.affinity.requiredAnti)
        if (term.means(pod.pod, snapshot.namespaceLabels)) forbidden.add(node, term.topologyKey);
    if (required.length === 0 && requiredAnti.length === 0 && forbidden.isEmpty) return undefined;
    const wanted = required.map((term) => countMeant([term], snapshot, required));
    const unwanted = requiredAnti.map((term) => countMeant([term], snapshot));
    // The first of a group that wants to be together has nobody to join: it may start anywhere.
    const isFirst =
      wanted.every((counts) => counts.isEmpty) &&
      required.every((term) => term.means(pod.pod, snapshot.namespaceLabels));
    return {
      filter(node) {
        for (const [index, term] of required.entries()) {
          if (node.labels[term.topologyKey] === undefined) return neverFits(AFFINITY_REASON);
          if (!isFirst && !wanted[index]?.at(node, term.topologyKey)) return neverFits(AFFINITY_REASON);
        }
        for (const [index, term] of requiredAnti.entries())
          if (unwanted[index]?.at(node, term.topologyKey)) return noRoom(ANTI_AFFINITY_REASON);
        return forbidden.anyAt(node) ? noRoom(EXISTING_REASON) : fits;
      },
    };
  },
  preScore(pod, _, snapshot) {
    const { preferred, preferredAnti } = pod.affinity;
    const counts = new TopologyCounts();
    const weigh = (terms: readonly WeightedTerm[], means: Pod, node: NodeInfo, sign: 1 | -1) => {
      for (const { weight, term } of terms)
        if (term.means(means, snapshot.namespaceLabels)) counts.add(node, term.topologyKey, sign * weight);
    };
    if (preferred.length + preferredAnti.length > 0)
      for (const { other, node } of placed(snapshot)) {
        weigh(preferred, other.pod, node, 1);
        weigh(preferredAnti, other.pod, node, -1);
      }
    for (const { other, node } of placedWithAffinity(snapshot)) {
      weigh(other.affinity.preferred, pod.pod, node, 1);
      weigh(other.affinity.preferredAnti, pod.pod, node, -1);
      weigh(
        other.affinity.required.map((term) => ({ weight: HARD_AFFINITY_WEIGHT, term })),
        pod.pod,
        node,
        1,
      );
    }
    if (counts.isEmpty) return undefined;
    return {
      score: (node) => counts.sumAt(node),
      normalize(scores) {
        const lowest = Math.min(...scores);
        const span = Math.max(...scores) - lowest;
        return scores.map((score) => (span === 0 ? 0 : Math.floor((MAX_SCORE * (score - lowest)) / span)));
      },
    };
  },
};

/** How many Pods the terms mean, by topology. With `all`, only Pods that every one of `all` means count. */
function countMeant(
  terms: readonly AffinityTerm[],
  snapshot: Snapshot,
  all: readonly AffinityTerm[] = terms,
): TopologyCounts {
  const counts = new TopologyCounts();
  for (const { other, node } of placed(snapshot))
    if (all.every((term) => term.means(other.pod, snapshot.namespaceLabels)))
      for (const term of terms) counts.add(node, term.topologyKey);
  return counts;
}

function* placed(snapshot: Snapshot): Iterable<{ readonly other: PodInfo; readonly node: NodeInfo }> {
  for (const node of snapshot.nodes) for (const other of node.pods()) yield { other, node };
}

function* placedWithAffinity(snapshot: Snapshot): Iterable<{ readonly other: PodInfo; readonly node: NodeInfo }> {
  for (const node of snapshot.nodes) for (const other of node.podsWithAffinity()) yield { other, node };
}
