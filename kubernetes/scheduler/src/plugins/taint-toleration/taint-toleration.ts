import { tolerates, untolerated } from "@skiff/api/scheduling";
import { type FilterPlugin, fits, neverFits, type ScorePlugin } from "../../framework.ts";
import { lowestIsBest } from "../../normalize.ts";

/** TaintToleration: a Pod stays away from nodes with taints it does not tolerate, and avoids those that prefer it elsewhere. */
export const taintToleration: FilterPlugin & ScorePlugin = {
  name: "TaintToleration",
  wakesOn: ["Node/add", "Node/update"],
  wakes: ({ pod }, event) => !("node" in event && untolerated(event.node.spec.taints, pod.spec.tolerations)),
  preFilter({ pod }) {
    return {
      filter({ node }) {
        const taint = untolerated(node.spec.taints, pod.spec.tolerations);
        return taint ? neverFits(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ""}}`) : fits;
      },
    };
  },
  preScore({ pod }, nodes) {
    const disliked = (node: (typeof nodes)[number]) =>
      (node.node.spec.taints ?? []).filter(
        (taint) => taint.effect === "PreferNoSchedule" && !tolerates(pod.spec.tolerations, taint),
      ).length;
    return { score: disliked, normalize: lowestIsBest };
  },
};
