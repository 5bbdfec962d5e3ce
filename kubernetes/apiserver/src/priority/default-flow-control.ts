/** The flow schemas and priority levels every cluster has (flowcontrol.apiserver.k8s.io/v1). */
import type {
  FlowSchemaSpec,
  PolicyRulesWithSubjects,
  PriorityLevelConfigurationSpec,
  Subject,
} from "@skiff/api/flowcontrol/v1";

/** An object every cluster has. `mandatory` ones are put right whatever users make of them. */
export interface DefaultObject<Spec> {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
  readonly spec: Spec;
}

const AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
const MANDATORY = new Set(["exempt", "catch-all"]);

/** Whether users cannot change the object for long. */
export function isMandatory(name: string): boolean {
  return MANDATORY.has(name);
}

function limited(
  shares: number,
  lendablePercent: number,
  queues: number,
  handSize: number,
): PriorityLevelConfigurationSpec {
  const queuing = { queues, handSize, queueLengthLimit: 50 };
  const limitResponse = { type: "Queue", queuing };
  return { type: "Limited", limited: { nominalConcurrencyShares: shares, limitResponse, lendablePercent } };
}

/** The priority levels, with upstream's shares. */
export const defaultPriorityLevels: readonly DefaultObject<PriorityLevelConfigurationSpec>[] = Object.entries({
  exempt: { type: "Exempt", exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  "catch-all": {
    type: "Limited",
    limited: { nominalConcurrencyShares: 5, limitResponse: { type: "Reject" }, lendablePercent: 0 },
  },
  "node-high": limited(40, 25, 64, 6),
  system: limited(30, 33, 64, 6),
  "leader-election": limited(10, 0, 16, 4),
  "workload-high": limited(40, 50, 128, 6),
  "workload-low": limited(100, 90, 128, 6),
  "global-default": limited(20, 50, 128, 6),
}).map(([name, spec]) => ({ metadata: metadataOf(name), spec }));

const users = (...names: string[]): Subject[] => names.map((name) => ({ kind: "User", user: { name } }));
const groups = (...names: string[]): Subject[] => names.map((name) => ({ kind: "Group", group: { name } }));
const systemAccounts = (...names: string[]): Subject[] =>
  names.map((name) => ({ kind: "ServiceAccount", serviceAccount: { name, namespace: "kube-system" } }));

const EVERYBODY = groups("system:unauthenticated", "system:authenticated");
const EVERYTHING: Omit<PolicyRulesWithSubjects, "subjects"> = {
  resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"], clusterScope: true, namespaces: ["*"] }],
  nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
};
const LEASES = {
  resourceRules: [
    {
      verbs: ["get", "create", "update"],
      apiGroups: ["coordination.k8s.io"],
      resources: ["leases"],
      namespaces: ["*"],
    },
  ],
};

function schema(
  name: string,
  level: string,
  matchingPrecedence: number,
  by: "ByUser" | "ByNamespace" | undefined,
  subjects: readonly Subject[],
  rules: Omit<PolicyRulesWithSubjects, "subjects">,
): DefaultObject<FlowSchemaSpec> {
  return {
    metadata: metadataOf(name),
    spec: {
      priorityLevelConfiguration: { name: level },
      matchingPrecedence,
      ...(by && { distinguisherMethod: { type: by } }),
      rules: [{ subjects, ...rules }],
    },
  };
}

/** The flow schemas, in the order they are tried. */
export const defaultFlowSchemas: readonly DefaultObject<FlowSchemaSpec>[] = [
  schema("exempt", "exempt", 1, undefined, groups("system:masters"), EVERYTHING),
  schema("probes", "exempt", 2, undefined, EVERYBODY, {
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/healthz", "/readyz", "/livez"] }],
  }),
  schema(
    "system-leader-election",
    "leader-election",
    100,
    "ByUser",
    [...users("system:kube-controller-manager", "system:kube-scheduler"), ...systemAccounts("*")],
    LEASES,
  ),
  schema(
    "endpoint-controller",
    "workload-high",
    150,
    "ByUser",
    [
      ...users("system:kube-controller-manager"),
      ...systemAccounts("endpoint-controller", "endpointslicemirroring-controller"),
    ],
    {
      resourceRules: [
        { verbs: ["get", "create", "update"], apiGroups: [""], resources: ["endpoints"], namespaces: ["*"] },
      ],
    },
  ),
  schema("workload-leader-election", "leader-election", 200, "ByUser", systemAccounts("*"), LEASES),
  schema("system-node-high", "node-high", 400, "ByUser", groups("system:nodes"), {
    resourceRules: [
      { verbs: ["*"], apiGroups: [""], resources: ["nodes", "nodes/status"], clusterScope: true, namespaces: ["*"] },
      { verbs: ["*"], apiGroups: ["coordination.k8s.io"], resources: ["leases"], namespaces: ["*"] },
    ],
  }),
  schema("system-nodes", "system", 500, "ByUser", groups("system:nodes"), EVERYTHING),
  schema(
    "kube-controller-manager",
    "workload-high",
    800,
    "ByNamespace",
    users("system:kube-controller-manager"),
    EVERYTHING,
  ),
  schema("kube-scheduler", "workload-high", 800, "ByNamespace", users("system:kube-scheduler"), EVERYTHING),
  schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace", systemAccounts("*"), EVERYTHING),
  schema("service-accounts", "workload-low", 9000, "ByUser", groups("system:serviceaccounts"), EVERYTHING),
  schema("global-default", "global-default", 9900, "ByUser", EVERYBODY, EVERYTHING),
  schema("catch-all", "catch-all", 10000, "ByUser", EVERYBODY, EVERYTHING),
];

function metadataOf(name: string): DefaultObject<never>["metadata"] {
  return { name, annotations: { [AUTO_UPDATE]: "true" } };
}
