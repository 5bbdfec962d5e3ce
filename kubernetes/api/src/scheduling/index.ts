/** What Pods and nodes say of each other, for whoever places Pods or looks after them: selectors, affinities, taints. */
export { allowsNode, matchesTerm } from "./node-selector.ts";
export { tolerates, toleratesTaint, untolerated } from "./tolerations.ts";
