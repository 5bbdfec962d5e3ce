/** NodeRestriction: a node writes itself, its Pods and its Leases, and nothing of other nodes (what it may read is the node authorizer's). */
import type { Pod } from "@skiff/api/core/v1";
import { pods } from "@skiff/api/resources";
import { isNode, nodeNameOf } from "../../authorization/node/node-identity.ts";
import type { AdmissionPlugin, AdmissionRequest } from "../admission.ts";
import type { AdmissionDeps } from "../index.ts";
import { refusal } from "../refusal.ts";
import { checkClaimStatus, checkCsiNode, checkLease, checkResourceSlice } from "./node-belongings.ts";
import { checkNode } from "./node-object.ts";
import { checkPod, type FindPod } from "./node-pods.ts";
import { checkToken } from "./node-tokens.ts";

/** Refuses what the node `nodeName` may not do; `why` is what the user reads. */
export type Rule = (request: AdmissionRequest, nodeName: string, deps: NodeRuleDeps) => void;

/** What the rules look things up in. */
export interface NodeRuleDeps extends Pick<AdmissionDeps, "caches"> {
  readonly findPod: FindPod;
}

/** By `group/plural`. Other resources are no concern of nodes here: they have no right to write them. */
const RULES: Readonly<Record<string, Rule>> = {
  "/pods": checkPod,
  "/nodes": checkNode,
  "/persistentvolumeclaims": checkClaimStatus,
  "/serviceaccounts": checkToken,
  "coordination.k8s.io/leases": checkLease,
  "storage.k8s.io/csinodes": checkCsiNode,
  "resource.k8s.io/resourceslices": checkResourceSlice,
};

/** The plugin. It mutates nothing, but runs with those that do, before a node's Pod is changed any further. */
export function nodeRestriction({ caches }: Pick<AdmissionDeps, "caches">): AdmissionPlugin {
  const podEntries = caches.of(pods).entries;
  const deps: NodeRuleDeps = {
    caches,
    findPod: (namespace, name) => podEntries.get(`${namespace}/${name}`)?.object as unknown as Pod | undefined,
  };
  return {
    name: "NodeRestriction",
    concerns: ({ info, operation }) => operation !== "CONNECT" && `${info.group}/${info.plural}` in RULES,
    mutate(request) {
      const { user, info } = request;
      if (!isNode(user)) return;
      const nodeName = nodeNameOf(user);
      if (!nodeName) throw refusal(request, `could not determine node from user "${user.name}"`);
      RULES[`${info.group}/${info.plural}`]?.(request, nodeName, deps);
    },
  };
}
