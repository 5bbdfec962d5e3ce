import { tolerates } from "@skiff/api/scheduling";
import { type FilterPlugin, fits, neverFits } from "../../framework.ts";

export const REASON = "node(s) were unschedulable";

const TAINT = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as const;

/** NodeUnschedulable: nothing new goes to a cordoned node, unless it tolerates the taint that stands for the cordon. */
export const nodeUnschedulable: FilterPlugin = {
  name: "NodeUnschedulable",
  wakesOn: ["Node/add", "Node/update"],
  wakes: (_, event) => !("node" in event && event.node.spec.unschedulable),
  preFilter({ pod }) {
    if (tolerates(pod.spec.tolerations, TAINT)) return undefined;
    return { filter: ({ node }) => (node.spec.unschedulable ? neverFits(REASON) : fits) };
  },
};
