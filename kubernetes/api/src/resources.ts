/** The table of resources a Kubernetes 1.36 server serves by default. */
import type { ResourceInfo, SubresourceInfo } from "./resource-info.ts";

const ALL = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"] as const;
const READ_WRITE = ["get", "patch", "update"] as const;
const CONNECT = ["create", "get"] as const;
const PROXY = ["create", "delete", "get", "patch", "update"] as const;

/** Subresources that mean the same wherever they appear: kind (empty: the resource's own), its group/version, verbs. */
const SUBRESOURCES: Readonly<Record<string, readonly [kind: string, groupVersion: string, verbs: readonly string[]]>> =
  {
    status: ["", "", READ_WRITE],
    scale: ["Scale", "autoscaling/v1", READ_WRITE],
    approval: ["", "", READ_WRITE],
    ephemeralcontainers: ["", "", READ_WRITE],
    resize: ["", "", READ_WRITE],
    finalize: ["", "", ["update"]],
    log: ["", "", ["get"]],
    attach: ["PodAttachOptions", "", CONNECT],
    exec: ["PodExecOptions", "", CONNECT],
    portforward: ["PodPortForwardOptions", "", CONNECT],
    binding: ["Binding", "", ["create"]],
    eviction: ["Eviction", "policy/v1", ["create"]],
    token: ["TokenRequest", "authentication.k8s.io/v1", ["create"]],
  };

interface Row {
  readonly kind: string;
  readonly plural?: string;
  readonly cluster?: true;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly sub?: readonly string[];
  readonly verbs?: readonly string[];
  /** Set on the versions of a resource that are not the stored one. */
  readonly notStored?: true;
}

const inAll = ["all"];
const extensions = ["api-extensions"];
const review = { cluster: true, verbs: ["create"] } as const;

/** Group/version in the order discovery lists them; `package` is the first half of type names. */
const TABLE: readonly { group: string; version: string; package: string; rows: readonly Row[] }[] = [
  {
    group: "",
    version: "v1",
    package: "core",
    rows: [
      { kind: "Binding", verbs: ["create"] },
      { kind: "ComponentStatus", cluster: true, verbs: ["get", "list"], short: ["cs"] },
      { kind: "ConfigMap", short: ["cm"] },
      { kind: "Endpoints", plural: "endpoints", short: ["ep"] },
      { kind: "Event", short: ["ev"] },
      { kind: "LimitRange", short: ["limits"] },
      {
        kind: "Namespace",
        cluster: true,
        short: ["ns"],
        sub: ["finalize", "status"],
        verbs: ALL.filter((verb) => verb !== "deletecollection"),
      },
      { kind: "Node", cluster: true, short: ["no"], sub: ["proxy", "status"] },
      { kind: "PersistentVolumeClaim", short: ["pvc"], sub: ["status"] },
      { kind: "PersistentVolume", cluster: true, short: ["pv"], sub: ["status"] },
      {
        kind: "Pod",
        short: ["po"],
        categories: inAll,
        sub: [
          "attach",
          "binding",
          "ephemeralcontainers",
          "eviction",
          "exec",
          "log",
          "portforward",
          "proxy",
          "resize",
          "status",
        ],
      },
      { kind: "PodTemplate" },
      { kind: "ReplicationController", short: ["rc"], categories: inAll, sub: ["scale", "status"] },
      { kind: "ResourceQuota", short: ["quota"], sub: ["status"] },
      { kind: "Secret" },
      { kind: "ServiceAccount", short: ["sa"], sub: ["token"] },
      { kind: "Service", short: ["svc"], categories: inAll, sub: ["proxy", "status"] },
    ],
  },
  {
    group: "apiregistration.k8s.io",
    version: "v1",
    package: "apiregistration",
    rows: [{ kind: "APIService", cluster: true, categories: extensions, sub: ["status"] }],
  },
  {
    group: "apps",
    version: "v1",
    package: "apps",
    rows: [
      { kind: "ControllerRevision" },
      { kind: "DaemonSet", short: ["ds"], categories: inAll, sub: ["status"] },
      { kind: "Deployment", short: ["deploy"], categories: inAll, sub: ["scale", "status"] },
      { kind: "ReplicaSet", short: ["rs"], categories: inAll, sub: ["scale", "status"] },
      { kind: "StatefulSet", short: ["sts"], categories: inAll, sub: ["scale", "status"] },
    ],
  },
  {
    group: "events.k8s.io",
    version: "v1",
    package: "events",
    rows: [{ kind: "Event", short: ["ev"], notStored: true }],
  },
  {
    group: "authentication.k8s.io",
    version: "v1",
    package: "authentication",
    rows: [
      { kind: "SelfSubjectReview", ...review },
      { kind: "TokenReview", ...review },
    ],
  },
  {
    group: "authorization.k8s.io",
    version: "v1",
    package: "authorization",
    rows: [
      { kind: "LocalSubjectAccessReview", verbs: ["create"] },
      { kind: "SelfSubjectAccessReview", ...review },
      { kind: "SelfSubjectRulesReview", ...review },
      { kind: "SubjectAccessReview", ...review },
    ],
  },
  {
    group: "autoscaling",
    version: "v2",
    package: "autoscaling",
    rows: [{ kind: "HorizontalPodAutoscaler", short: ["hpa"], categories: inAll, sub: ["status"] }],
  },
  {
    group: "autoscaling",
    version: "v1",
    package: "autoscaling",
    rows: [{ kind: "HorizontalPodAutoscaler", short: ["hpa"], categories: inAll, sub: ["status"], notStored: true }],
  },
  {
    group: "batch",
    version: "v1",
    package: "batch",
    rows: [
      { kind: "CronJob", short: ["cj"], categories: inAll, sub: ["status"] },
      { kind: "Job", categories: inAll, sub: ["status"] },
    ],
  },
  {
    group: "certificates.k8s.io",
    version: "v1",
    package: "certificates",
    rows: [{ kind: "CertificateSigningRequest", cluster: true, short: ["csr"], sub: ["approval", "status"] }],
  },
  {
    group: "networking.k8s.io",
    version: "v1",
    package: "networking",
    rows: [
      { kind: "IngressClass", cluster: true },
      { kind: "Ingress", short: ["ing"], sub: ["status"] },
      { kind: "IPAddress", cluster: true, short: ["ip"] },
      { kind: "NetworkPolicy", short: ["netpol"] },
      { kind: "ServiceCIDR", cluster: true, sub: ["status"] },
    ],
  },
  {
    group: "policy",
    version: "v1",
    package: "policy",
    rows: [{ kind: "PodDisruptionBudget", short: ["pdb"], sub: ["status"] }],
  },
  {
    group: "rbac.authorization.k8s.io",
    version: "v1",
    package: "rbac",
    rows: [
      { kind: "ClusterRoleBinding", cluster: true },
      { kind: "ClusterRole", cluster: true },
      { kind: "RoleBinding" },
      { kind: "Role" },
    ],
  },
  {
    group: "storage.k8s.io",
    version: "v1",
    package: "storage",
    rows: [
      { kind: "CSIDriver", cluster: true },
      { kind: "CSINode", cluster: true },
      { kind: "CSIStorageCapacity" },
      { kind: "StorageClass", cluster: true, short: ["sc"] },
      { kind: "VolumeAttachment", cluster: true, sub: ["status"] },
      { kind: "VolumeAttributesClass", cluster: true, short: ["vac"] },
    ],
  },
  {
    group: "admissionregistration.k8s.io",
    version: "v1",
    package: "admissionregistration",
    rows: [
      { kind: "MutatingAdmissionPolicy", cluster: true, categories: extensions },
      { kind: "MutatingAdmissionPolicyBinding", cluster: true, categories: extensions },
      { kind: "MutatingWebhookConfiguration", cluster: true, categories: extensions },
      { kind: "ValidatingAdmissionPolicy", cluster: true, categories: extensions, sub: ["status"] },
      { kind: "ValidatingAdmissionPolicyBinding", cluster: true, categories: extensions },
      { kind: "ValidatingWebhookConfiguration", cluster: true, categories: extensions },
    ],
  },
  {
    group: "apiextensions.k8s.io",
    version: "v1",
    package: "apiextensions",
    rows: [
      {
        kind: "CustomResourceDefinition",
        cluster: true,
        short: ["crd", "crds"],
        categories: extensions,
        sub: ["status"],
      },
    ],
  },
  {
    group: "scheduling.k8s.io",
    version: "v1",
    package: "scheduling",
    rows: [{ kind: "PriorityClass", cluster: true, short: ["pc"] }],
  },
  {
    group: "coordination.k8s.io",
    version: "v1",
    package: "coordination",
    rows: [{ kind: "Lease" }],
  },
  { group: "node.k8s.io", version: "v1", package: "node", rows: [{ kind: "RuntimeClass", cluster: true }] },
  { group: "discovery.k8s.io", version: "v1", package: "discovery", rows: [{ kind: "EndpointSlice" }] },
  {
    group: "resource.k8s.io",
    version: "v1",
    package: "resource",
    rows: [
      { kind: "DeviceClass", cluster: true },
      { kind: "ResourceClaim", sub: ["status"] },
      { kind: "ResourceClaimTemplate" },
      { kind: "ResourceSlice", cluster: true },
    ],
  },
  {
    group: "flowcontrol.apiserver.k8s.io",
    version: "v1",
    package: "flowcontrol",
    rows: [
      { kind: "FlowSchema", cluster: true, sub: ["status"] },
      { kind: "PriorityLevelConfiguration", cluster: true, sub: ["status"] },
    ],
  },
];

/** Every resource served by default, group by group in discovery order. */
export const resources: readonly ResourceInfo[] = TABLE.flatMap(({ group, version, package: home, rows }) =>
  rows.map((row) => toInfo(row, group, version, `${home}/${version}`)),
);

const byPlural = new Map(resources.map((info) => [`${info.group}/${info.version}/${info.plural}`, info]));
const byKind = new Map(resources.map((info) => [`${info.group}/${info.version}/${info.kind}`, info]));

/** The resource of that group, version and plural name, where it is served. */
export function findResource(group: string, version: string, plural: string): ResourceInfo | undefined {
  return byPlural.get(`${group}/${version}/${plural}`);
}

/** The resource whose objects are of that group, version and kind, where it is served. */
export function findKind(group: string, version: string, kind: string): ResourceInfo | undefined {
  return byKind.get(`${group}/${version}/${kind}`);
}

/** As `findResource`, for generated handles: throws where the table has no such row. */
export function requireResource(group: string, version: string, plural: string): ResourceInfo {
  const info = findResource(group, version, plural);
  if (!info) throw new Error(`no such resource in the table: ${group}/${version} ${plural}`);
  return info;
}

function toInfo(row: Row, group: string, version: string, home: string): ResourceInfo {
  const singular = row.kind.toLowerCase();
  return {
    group,
    version,
    plural: row.plural ?? pluralOf(singular),
    singular,
    kind: row.kind,
    listKind: `${row.kind}List`,
    namespaced: !row.cluster,
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    verbs: row.verbs ?? ALL,
    subresources: (row.sub ?? []).map((name) => toSubresource(name, row.kind, group, version)),
    storageVersion: !row.notStored,
    typeName: `${home}.${row.kind}`,
  };
}

function toSubresource(name: string, owner: string, group: string, version: string): SubresourceInfo {
  const [kind, groupVersion, verbs] = SUBRESOURCES[name] ?? [`${owner}ProxyOptions`, "", PROXY];
  const [otherGroup = group, otherVersion = version] = groupVersion === "" ? [] : groupVersion.split("/");
  return { name, kind: kind || owner, group: otherGroup, version: otherVersion, verbs };
}

function pluralOf(singular: string): string {
  if (singular.endsWith("s")) return `${singular}es`;
  return singular.endsWith("y") ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}
