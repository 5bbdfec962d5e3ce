import { type FilterPlugin, fits, neverFits, noRoom, type ScorePlugin } from "../../framework.ts";
import type { NodeInfo } from "../../node-info.ts";
import { MAX_SCORE } from "../../normalize.ts";
import type { PodInfo } from "../../pod-info.ts";
import { addResources } from "../../resources.ts";

export const TOO_MANY_PODS = "Too many pods";

/** LeastAllocated spreads Pods over nodes, MostAllocated packs them. */
export type FitStrategy = "LeastAllocated" | "MostAllocated";

const SCORED = ["cpu", "memory"] as const;

/** NodeResourcesFit: what a Pod requests must be left of what the node can give. */
export function nodeResourcesFit(strategy: FitStrategy = "LeastAllocated"): FilterPlugin & ScorePlugin {
  return {
    name: "NodeResourcesFit",
    wakesOn: ["Node/add", "Node/update", "Pod/delete", "Pod/update"],
    wakes(pod, event) {
      if (event.on === "Pod/delete") return true;
      if (event.on === "Pod/update")
        return Object.entries(event.old.requests).some(([name, amount]) => (event.pod.requests[name] ?? 0) < amount);
      return "node" in event && couldEverFit(pod, event.node.status?.allocatable);
    },
    preFilter: (pod) => ({ filter: (node) => fit(pod, node) }),
    preScore(pod) {
      return {
        score(node) {
          const after = addResources(node.scoringRequested, pod.scoringRequests);
          let sum = 0;
          let counted = 0;
          for (const name of SCORED) {
            const allocatable = node.allocatable[name] ?? 0;
            if (allocatable === 0) continue;
            const used = Math.min(after[name] ?? 0, allocatable);
            const share = strategy === "LeastAllocated" ? allocatable - used : used;
            sum += Math.floor((share * MAX_SCORE) / allocatable);
            counted++;
          }
          return counted === 0 ? 0 : Math.floor(sum / counted);
        },
      };
    },
  };
}

function fit(pod: PodInfo, node: NodeInfo) {
  const reasons: string[] = [];
  if (node.podCount + 1 > (node.allocatable.pods ?? 0)) reasons.push(TOO_MANY_PODS);
  let curable = true;
  for (const [name, amount] of Object.entries(pod.requests)) {
    if (amount === 0) continue;
    const allocatable = node.allocatable[name] ?? 0;
    if (amount <= allocatable - (node.requested[name] ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (amount > allocatable) curable = false;
  }
  if (reasons.length === 0) return fits;
  return curable ? noRoom(...reasons) : neverFits(...reasons);
}

/** A node too small even when empty can't be what the Pod waited for; whether there is room now is for the filter to say. */
function couldEverFit(pod: PodInfo, allocatable: Readonly<Record<string, string>> | undefined): boolean {
  return Object.entries(pod.requests).every(([name, amount]) => amount === 0 || allocatable?.[name] !== undefined);
}
