/** The objects every cluster has from its first moment. */
import { findResource, type ResourceInfo } from "@skiff/api";
import { flowSchemas, namespaces, priorityClasses, priorityLevelConfigurations } from "@skiff/api/resources";
import { type BootstrapObject, bootstrapPolicy } from "../generated/bootstrap-policy.ts";
import { type DefaultObject, defaultFlowSchemas, defaultPriorityLevels } from "../priority/default-flow-control.ts";

/** An object to make sure of. `reconcile`: bring an existing one up to date; else it is left as it is. */
export interface WantedObject {
  readonly info: ResourceInfo;
  readonly object: BootstrapObject;
  readonly reconcile: boolean;
}

const RBAC = "rbac.authorization.k8s.io";
const NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];
const PRIORITY_CLASSES = [
  {
    name: "system-cluster-critical",
    value: 2_000_000_000,
    description:
      "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
  },
  {
    name: "system-node-critical",
    value: 2_000_001_000,
    description: "Used for system critical pods that must not be moved from their current node.",
  },
];

/** In the order they are created: namespaces before what is in them. */
export function bootstrapObjects(): readonly WantedObject[] {
  return [
    ...NAMESPACES.map((name) => ({
      info: namespaces,
      object: { metadata: { name, labels: { "kubernetes.io/metadata.name": name } } },
      reconcile: false,
    })),
    ...PRIORITY_CLASSES.map(({ name, ...rest }) => ({
      info: priorityClasses,
      object: { metadata: { name }, ...rest },
      reconcile: false,
    })),
    ...defaultPriorityLevels.map((object) => ({
      info: priorityLevelConfigurations,
      object: plain(object),
      reconcile: true,
    })),
    ...defaultFlowSchemas.map((object) => ({ info: flowSchemas, object: plain(object), reconcile: true })),
    ...(["clusterroles", "roles", "clusterrolebindings", "rolebindings"] as const).flatMap((plural) => {
      const info = findResource(RBAC, "v1", plural);
      if (!info) throw new Error(`the table of resources lacks ${RBAC}/v1 ${plural}`);
      return [...bootstrapPolicy[plural], ...(OWN[plural] ?? [])].map((object) => ({
        info,
        object: withAdditions(plural, object),
        reconcile: true,
      }));
    }),
  ];
}

function plain({ metadata, spec }: DefaultObject<object>): BootstrapObject {
  return { metadata, spec };
}

const DEFAULTS = {
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults" },
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
};

/** The rights of the cluster DNS, which runs in the node's process and not as a Pod with a service account. */
const OWN: Readonly<Record<string, readonly BootstrapObject[]>> = {
  clusterroles: [
    {
      metadata: { name: "system:coredns", ...DEFAULTS },
      rules: [
        { verbs: ["list", "watch"], apiGroups: [""], resources: ["endpoints", "namespaces", "pods", "services"] },
        { verbs: ["list", "watch"], apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
      ],
    },
  ],
  clusterrolebindings: [
    {
      metadata: { name: "system:coredns", ...DEFAULTS },
      roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ apiGroup: RBAC, kind: "User", name: "system:coredns" }],
    },
  ],
};

/**
 * The controllers run as one user here, whose rights are those of all of them: collecting garbage and emptying
 * namespaces alone reach every resource. The scheduler has learned to look at more since its role was written down, and
 * users to ask who they are.
 */
function withAdditions(plural: string, object: BootstrapObject): BootstrapObject {
  const added = plural === "clusterroles" ? ADDITIONS[object.metadata.name] : undefined;
  return added ? { ...object, rules: [...((object.rules as unknown[]) ?? []), ...added] } : object;
}

const ADDITIONS: Readonly<Record<string, readonly object[]>> = {
  "system:basic-user": [{ verbs: ["create"], apiGroups: ["authentication.k8s.io"], resources: ["selfsubjectreviews"] }],
  "system:kube-controller-manager": [
    { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    { verbs: ["get"], nonResourceURLs: ["*"] },
  ],
  "system:kube-scheduler": [
    {
      verbs: ["get", "list", "watch"],
      apiGroups: ["", "apps", "policy", "storage.k8s.io", "scheduling.k8s.io", "resource.k8s.io"],
      resources: [
        "namespaces",
        "nodes",
        "pods",
        "services",
        "replicationcontrollers",
        "replicasets",
        "statefulsets",
        "poddisruptionbudgets",
        "persistentvolumes",
        "persistentvolumeclaims",
        "storageclasses",
        "csinodes",
        "csidrivers",
        "csistoragecapacities",
        "priorityclasses",
        "resourceclaims",
        "resourceslices",
        "deviceclasses",
      ],
    },
    { verbs: ["create"], apiGroups: [""], resources: ["pods/binding", "bindings"] },
    { verbs: ["patch", "update"], apiGroups: [""], resources: ["pods/status"] },
    { verbs: ["delete", "patch"], apiGroups: [""], resources: ["pods"] },
    { verbs: ["create", "patch", "update"], apiGroups: ["", "events.k8s.io"], resources: ["events"] },
    { verbs: ["create", "get", "update", "patch"], apiGroups: ["coordination.k8s.io"], resources: ["leases"] },
  ],
};
