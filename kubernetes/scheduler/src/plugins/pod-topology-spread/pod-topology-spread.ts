import { type FilterPlugin, fits, neverFits, noRoom, type ScorePlugin, type Snapshot } from "../../framework.ts";
import type { NodeInfo } from "../../node-info.ts";
import { MAX_SCORE } from "../../normalize.ts";
import { type Constraint, constraintsOf, defaultConstraints } from "./spread-constraint.ts";

export const REASON = "node(s) didn't match pod topology spread constraints";
export const MISSING_LABEL = `${REASON} (missing required label)`;

/** PodTopologySpread: keeps the numbers of like Pods in different zones, nodes or other domains close to each other. */
export const podTopologySpread: FilterPlugin & ScorePlugin = {
  name: "PodTopologySpread",
  wakesOn: ["Pod/add", "Pod/update", "Pod/delete", "Node/add", "Node/update"],
  preFilter({ pod }, snapshot) {
    const constraints = constraintsOf(pod, "DoNotSchedule");
    if (constraints.length === 0) return undefined;
    const domains = constraints.map((constraint) => ({
      constraint,
      counts: countDomains(constraint, constraints, snapshot),
    }));
    return {
      filter(node) {
        for (const { constraint, counts } of domains) {
          const domain = node.labels[constraint.topologyKey];
          if (domain === undefined) return neverFits(MISSING_LABEL);
          const fewest = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
          const itself = constraint.counts(pod) ? 1 : 0;
          // A domain that takes no part has no count; its Pods are not compared with the others.
          if ((counts.get(domain) ?? 0) + itself - (Number.isFinite(fewest) ? fewest : 0) > constraint.maxSkew)
            return noRoom(REASON);
        }
        return fits;
      },
    };
  },
  preScore({ pod }, nodes, snapshot) {
    const stated = pod.spec.topologySpreadConstraints ?? [];
    const constraints = stated.length > 0 ? constraintsOf(pod, "ScheduleAnyway") : defaultConstraints(pod);
    if (constraints.length === 0) return undefined;
    // With constraints of its own, a node without one of the labels is ignored; by default it just scores on the others.
    const ignores = (node: NodeInfo) =>
      stated.length > 0 && constraints.some(({ topologyKey }) => node.labels[topologyKey] === undefined);
    const weighed = constraints.map((constraint) => {
      const counts = countDomains(constraint, [], snapshot);
      const size = new Set(nodes.flatMap((node) => node.labels[constraint.topologyKey] ?? [])).size;
      // More domains mean fewer Pods in each: the weight makes up for it.
      return { constraint, counts, weight: Math.log(size + 2) };
    });
    return {
      score(node) {
        if (ignores(node)) return Number.NaN;
        let score = 0;
        for (const { constraint, counts, weight } of weighed) {
          const domain = node.labels[constraint.topologyKey];
          if (domain !== undefined) score += (counts.get(domain) ?? 0) * weight + (constraint.maxSkew - 1);
        }
        return Math.round(score);
      },
      normalize(scores) {
        const valid = scores.filter((score) => !Number.isNaN(score));
        const [lowest, highest] = [Math.min(...valid), Math.max(...valid)];
        return scores.map((score) => {
          if (Number.isNaN(score)) return 0;
          return highest === 0 ? MAX_SCORE : Math.floor((MAX_SCORE * (highest + lowest - score)) / highest);
        });
      },
    };
  },
};

/** Pods that count, by domain. Only nodes that take part and have the labels of all constraints make a domain. */
function countDomains(constraint: Constraint, all: readonly Constraint[], snapshot: Snapshot): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of snapshot.nodes) {
    const domain = node.labels[constraint.topologyKey];
    if (domain === undefined || !constraint.includes(node)) continue;
    if (all.some(({ topologyKey }) => node.labels[topologyKey] === undefined)) continue;
    let count = counts.get(domain) ?? 0;
    for (const { pod } of node.pods()) if (constraint.counts(pod)) count++;
    counts.set(domain, count);
  }
  return counts;
}
