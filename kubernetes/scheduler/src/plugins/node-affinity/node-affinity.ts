import { allowsNode, matchesTerm } from "@skiff/api/scheduling";
import { type FilterPlugin, fits, neverFits, type ScorePlugin } from "../../framework.ts";
import { upToHighest } from "../../normalize.ts";

export const REASON = "node(s) didn't match Pod's node affinity/selector";

/** NodeAffinity: a Pod goes where its nodeSelector and required node affinity allow, best where its preferred terms match. */
export const nodeAffinity: FilterPlugin & ScorePlugin = {
  name: "NodeAffinity",
  wakesOn: ["Node/add", "Node/update"],
  wakes: ({ pod }, event) => !("node" in event) || allowsNode(pod.spec, event.node),
  preFilter({ pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!required && !pod.spec.nodeSelector) return undefined;
    return { filter: ({ node }) => (allowsNode(pod.spec, node) ? fits : neverFits(REASON)) };
  },
  preScore({ pod }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      score: ({ node }) =>
        preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0),
      normalize: upToHighest,
    };
  },
};
