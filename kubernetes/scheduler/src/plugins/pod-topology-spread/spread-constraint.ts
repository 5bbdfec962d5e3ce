import { fromLabelSelector, matches } from "@skiff/api";
import type { Pod, TopologySpreadConstraint } from "@skiff/api/core/v1";
import { allowsNode, untolerated } from "@skiff/api/scheduling";
import type { NodeInfo } from "../../node-info.ts";
import { sharedLabels } from "../../pod-info.ts";

/** A constraint made ready. */
export interface Constraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  /** Whether `other` is one of the Pods to spread. */
  counts(other: Pod): boolean;
  /** Whether the node's domain takes part at all. */
  includes(node: NodeInfo): boolean;
}

/** The constraints of `pod` of one kind. */
export function constraintsOf(pod: Pod, action: TopologySpreadConstraint["whenUnsatisfiable"]): Constraint[] {
  return (pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === action)
    .map((constraint) => fromSpec(pod, constraint));
}

/**
 * The constraints of a Pod that states none: replicas of one controller go to different nodes and zones if they can.
 */
export function defaultConstraints(pod: Pod): Constraint[] {
  const controller = controllerOf(pod);
  if (!controller) return [];
  const spread = (topologyKey: string, maxSkew: number): Constraint => ({
    topologyKey,
    maxSkew,
    minDomains: 1,
    counts: (other) => controllerOf(other) === controller && !other.metadata.deletionTimestamp,
    includes: () => true,
  });
  return [spread("kubernetes.io/hostname", 3), spread("topology.kubernetes.io/zone", 5)];
}

function controllerOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find((reference) => reference.controller)?.uid;
}

function fromSpec(pod: Pod, constraint: TopologySpreadConstraint): Constraint {
  const selector = fromLabelSelector(constraint.labelSelector);
  const shared = sharedLabels(constraint.matchLabelKeys, pod.metadata.labels ?? {});
  return {
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    counts: ({ metadata }) =>
      metadata.namespace === pod.metadata.namespace &&
      !metadata.deletionTimestamp &&
      matches(selector, metadata.labels) &&
      matches(shared, metadata.labels),
    includes: ({ node }) =>
      (constraint.nodeAffinityPolicy === "Ignore" || allowsNode(pod.spec, node)) &&
      (constraint.nodeTaintsPolicy !== "Honor" || !untolerated(node.spec.taints, pod.spec.tolerations)),
  };
}
