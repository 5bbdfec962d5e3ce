/** The mode Node: a node reads what the Pods bound to it need, and writes about itself. NodeRestriction looks at the contents. */
import { bootstrapPolicy } from "../../generated/bootstrap-policy.ts";
import {
  ALLOWED,
  type Attributes,
  type Authorizer,
  type Decision,
  NO_OPINION,
  noOpinion,
  type PolicyRule,
} from "../authorizer.ts";
import { ruleAllows } from "../rbac/rule.ts";
import type { NodeGraph } from "./node-graph.ts";
import { nodeNameOf } from "./node-identity.ts";

const READ = ["get", "list", "watch"];
const OWN = ["get", "create", "update", "patch", "delete"];

/** Rights every node has that its role, as it was written down, does not name yet. */
const NEWER: readonly PolicyRule[] = [
  { verbs: READ, apiGroups: ["resource.k8s.io"], resources: ["deviceclasses"] },
  { verbs: ["create"], apiGroups: ["events.k8s.io"], resources: ["events"] },
  { verbs: ["patch", "update"], apiGroups: ["events.k8s.io"], resources: ["events"] },
  { verbs: ["create", "get"], apiGroups: ["certificates.k8s.io"], resources: ["podcertificaterequests"] },
  { verbs: ["get", "list", "watch"], apiGroups: ["certificates.k8s.io"], resources: ["clustertrustbundles"] },
];

type Check = (node: string, attributes: Attributes) => Decision;

/** The authorizer of nodes; it has no opinion of anybody else. */
export function nodeAuthorizer(graph: NodeGraph): Authorizer {
  const role = bootstrapPolicy.clusterroles.find((candidate) => candidate.metadata.name === "system:node");
  const rules = [...((role?.rules ?? []) as readonly PolicyRule[]), ...NEWER];
  const checks = checksOf(graph);
  return {
    authorize(user, attributes) {
      const node = nodeNameOf(user);
      if (node === undefined) return NO_OPINION;
      if (node === "") return noOpinion(`unknown node for user ${JSON.stringify(user.name)}`);
      const check = attributes.isResource ? checks[`${attributes.group}/${attributes.plural}`] : undefined;
      if (check) return check(node, attributes);
      return rules.some((rule) => ruleAllows(rule, attributes)) ? ALLOWED : NO_OPINION;
    },
    rulesFor: (user) =>
      nodeNameOf(user) === undefined
        ? { rules: [] }
        : { rules: [], incomplete: "node authorizer does not support user rule resolution" },
  };
}

function checksOf(graph: NodeGraph): Readonly<Record<string, Check>> {
  const related: Check = (node, { plural, namespace, name }) => {
    if (name === "") return noOpinion("No Object name found");
    if (graph.related(node, plural, namespace, name)) return ALLOWED;
    return noOpinion(`no relationship found between node '${node}' and this object`);
  };
  const get: Check = (node, attributes) => {
    if (attributes.verb !== "get") return noOpinion("can only get individual resources of this type");
    if (attributes.subresource !== "") return noOpinion("cannot get subresource");
    return related(node, attributes);
  };
  const read: Check = (node, attributes) => {
    if (!READ.includes(attributes.verb)) return noOpinion("can only read resources of this type");
    if (attributes.subresource !== "") return noOpinion("cannot read subresource");
    if (attributes.namespace === "") return noOpinion("can only read namespaced object of this type");
    return related(node, attributes);
  };
  const claim: Check = (node, attributes) => {
    if (attributes.subresource !== "status") return get(node, attributes);
    if (attributes.verb === "update" || attributes.verb === "patch") return related(node, attributes);
    return noOpinion("can only get/update/patch this type");
  };
  const token: Check = (node, attributes) => {
    if (attributes.verb !== "create" || attributes.name === "")
      return noOpinion("can only create tokens for individual service accounts");
    if (attributes.subresource !== "token") return noOpinion("can only create token subresource of serviceaccount");
    return related(node, attributes);
  };
  const slice: Check = (node, attributes) => {
    const { verb, subresource } = attributes;
    if (subresource !== "") return noOpinion("cannot authorize ResourceSlice subresources");
    if (verb === "create") return ALLOWED;
    if (OWN.includes(verb)) return related(node, attributes);
    if (verb === "list" || verb === "watch" || verb === "deletecollection") {
      if (selects(attributes, "nodeName", node)) return ALLOWED;
      return noOpinion("can only list/watch/deletecollection resourceslices with nodeName field selector");
    }
    return noOpinion(
      "only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection",
    );
  };
  const pod: Check = (node, attributes) => {
    const { verb, subresource, name } = attributes;
    if (subresource === "eviction") return verb === "create" ? ALLOWED : NO_OPINION;
    if (subresource === "status") return verb === "update" || verb === "patch" ? ALLOWED : NO_OPINION;
    if (subresource !== "") return NO_OPINION;
    if (verb === "get") return get(node, attributes);
    if (verb === "create" || verb === "delete") return ALLOWED;
    if (verb !== "list" && verb !== "watch") return NO_OPINION;
    if (selects(attributes, "spec.nodeName", node)) return ALLOWED;
    return name === ""
      ? noOpinion("can only list/watch pods with spec.nodeName field selector")
      : related(node, attributes);
  };
  return {
    "/secrets": read,
    "/configmaps": read,
    "/persistentvolumeclaims": claim,
    "/persistentvolumes": get,
    "resource.k8s.io/resourceclaims": get,
    "storage.k8s.io/volumeattachments": get,
    "/serviceaccounts": token,
    "coordination.k8s.io/leases": lease,
    "storage.k8s.io/csinodes": csiNode,
    "resource.k8s.io/resourceslices": slice,
    "/nodes": ownNode,
    "/pods": pod,
  };
}

function lease(node: string, { verb, namespace, name }: Attributes): Decision {
  if (!OWN.includes(verb)) return noOpinion("can only get, create, update, patch, or delete a node lease");
  if (namespace !== "kube-node-lease")
    return noOpinion('can only access leases in the "kube-node-lease" system namespace');
  if (verb === "create" || name === node) return ALLOWED;
  return noOpinion("can only access node lease with the same name as the requesting node");
}

function csiNode(node: string, { verb, subresource, name }: Attributes): Decision {
  if (!OWN.includes(verb)) return noOpinion("can only get, create, update, patch, or delete a CSINode");
  if (subresource !== "") return noOpinion("cannot authorize CSINode subresources");
  if (verb === "create" || name === node) return ALLOWED;
  return noOpinion("can only access CSINode with the same name as the requesting node");
}

function ownNode(node: string, { verb, subresource, name }: Attributes): Decision {
  const writes = verb === "update" || verb === "patch";
  if (subresource === "status") return writes ? ALLOWED : NO_OPINION;
  if (subresource !== "") return NO_OPINION;
  if (writes || verb === "create") return ALLOWED;
  if (!READ.includes(verb)) return NO_OPINION;
  if (name === node) return ALLOWED;
  return noOpinion(
    name === ""
      ? `node '${node}' cannot read all nodes, only its own Node object`
      : `node '${node}' cannot read '${name}', only its own Node object`,
  );
}

function selects({ fieldSelector }: Attributes, field: string, value: string): boolean {
  return (fieldSelector?.requirements ?? []).some(
    ({ key, operator, values }) => key === field && operator === "In" && values?.length === 1 && values[0] === value,
  );
}
