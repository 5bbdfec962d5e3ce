import type { ScorePlugin } from "../../framework.ts";
import { MAX_SCORE } from "../../normalize.ts";
import { addResources } from "../../resources.ts";

const BALANCED = ["cpu", "memory"] as const;

/** NodeResourcesBalancedAllocation: prefers nodes whose CPU and memory would be used to a like degree. */
export const nodeResourcesBalancedAllocation: ScorePlugin = {
  name: "NodeResourcesBalancedAllocation",
  wakesOn: [],
  preScore(pod) {
    if (BALANCED.every((name) => !pod.requests[name])) return undefined;
    return {
      score(node) {
        const after = addResources(node.requested, pod.requests);
        const fractions = BALANCED.flatMap((name) => {
          const allocatable = node.allocatable[name] ?? 0;
          return allocatable === 0 ? [] : [Math.min(1, (after[name] ?? 0) / allocatable)];
        });
        const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / (fractions.length || 1);
        const variance = fractions.reduce((sum, fraction) => sum + (fraction - mean) ** 2, 0) / (fractions.length || 1);
        return Math.floor((1 - Math.sqrt(variance)) * MAX_SCORE);
      },
    };
  },
};
