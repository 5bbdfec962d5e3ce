import type { Client } from "@skiff/client";
import type { Profile } from "../framework.ts";
import { defaultBinder } from "./default-binder/default-binder.ts";
import { defaultPreemption } from "./default-preemption/default-preemption.ts";
import { imageLocality } from "./image-locality/image-locality.ts";
import { interPodAffinity } from "./inter-pod-affinity/inter-pod-affinity.ts";
import { nodeAffinity } from "./node-affinity/node-affinity.ts";
import { nodeName } from "./node-name/node-name.ts";
import { nodePorts } from "./node-ports/node-ports.ts";
import { nodeResourcesBalancedAllocation } from "./node-resources-balanced-allocation/node-resources-balanced-allocation.ts";
import { nodeResourcesFit } from "./node-resources-fit/node-resources-fit.ts";
import { nodeUnschedulable } from "./node-unschedulable/node-unschedulable.ts";
import { podTopologySpread } from "./pod-topology-spread/pod-topology-spread.ts";
import { prioritySort } from "./priority-sort/priority-sort.ts";
import { schedulingGates } from "./scheduling-gates/scheduling-gates.ts";
import { taintToleration } from "./taint-toleration/taint-toleration.ts";

/** The plugins of kube-scheduler's default profile, in its order and with its weights. */
export function defaultProfile(client: Pick<Client, "createSubresource">): Profile {
  const resourcesFit = nodeResourcesFit();
  return {
    queueSort: prioritySort,
    preEnqueue: [schedulingGates],
    filter: [
      nodeUnschedulable,
      nodeName,
      taintToleration,
      nodeAffinity,
      nodePorts,
      resourcesFit,
      podTopologySpread,
      interPodAffinity,
    ],
    postFilter: [defaultPreemption],
    score: [
      { plugin: taintToleration, weight: 3 },
      { plugin: nodeAffinity, weight: 2 },
      { plugin: podTopologySpread, weight: 2 },
      { plugin: interPodAffinity, weight: 2 },
      { plugin: resourcesFit, weight: 1 },
      { plugin: nodeResourcesBalancedAllocation, weight: 1 },
      { plugin: imageLocality, weight: 1 },
    ],
    reserve: [],
    permit: [],
    preBind: [],
    bind: [defaultBinder(client)],
    postBind: [],
  };
}
