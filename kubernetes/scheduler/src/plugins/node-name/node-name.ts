import { type FilterPlugin, fits, neverFits } from "../../framework.ts";

/** Users see this in FailedScheduling events: it is part of the contract. */
export const REASON = "node(s) didn't match the requested node name";

/** NodeName: a Pod that already names a node fits that node only. */
export const nodeName: FilterPlugin = {
  name: "NodeName",
  wakesOn: ["Node/add"],
  preFilter({ pod }) {
    const wanted = pod.spec.nodeName;
    return wanted ? { filter: (node) => (node.name === wanted ? fits : neverFits(REASON)) } : undefined;
  },
};
