import { bootstrapPolicy } from "../generated/bootstrap-policy.ts";
import { type Authorizer, NO_OPINION, type PolicyRule } from "./authorizer.ts";
import { ruleAllows } from "./rbac.ts";

const READ = ["get", "list", "watch"];

/** What the processes of a node need beyond the kubelet's role: Services and their endpoints for the proxy and the DNS. */
const ALSO: readonly PolicyRule[] = [
  {
    verbs: READ,
    apiGroups: [""],
    resources: ["services", "endpoints", "namespaces", "nodes", "pods", "configmaps", "secrets"],
  },
  { verbs: READ, apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
  { verbs: ["get", "create", "update", "patch"], apiGroups: ["coordination.k8s.io"], resources: ["leases"] },
  { verbs: ["create", "update", "patch"], apiGroups: ["", "events.k8s.io"], resources: ["events"] },
  { verbs: ["get"], nonResourceURLs: ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", "/metrics"] },
];

/** The rights of a node's certificate, by role. It does not look at which node a Secret or Pod belongs to. */
export function nodeRules(): Authorizer {
  const role = bootstrapPolicy.clusterroles.find((candidate) => candidate.metadata.name === "system:node");
  const rules = [...((role?.rules ?? []) as readonly PolicyRule[]), ...ALSO];
  const isNode = (user: { readonly name: string; readonly groups: readonly string[] }) =>
    user.name.startsWith("system:node:") && user.groups.includes("system:nodes");
  return {
    authorize: (user, attributes) =>
      isNode(user) && rules.some((rule) => ruleAllows(rule, attributes)) ? { allowed: true, reason: "" } : NO_OPINION,
    rulesFor: (user) => (isNode(user) ? rules : []),
  };
}
