/** Tables of the core group: what runs, and where. */
import type * as core from "../generated/types/core/v1.ts";
import { labelsText, templateColumns } from "./cells.ts";
import { ageColumn, type Column, NONE, nameColumn } from "./column.ts";
import { summarize } from "./pod-status.ts";

/** Pods. */
export const podColumns: readonly Column<core.Pod>[] = [
  nameColumn,
  {
    name: "Ready",
    cell(pod, now) {
      const { ready, total } = summarize(pod, now);
      return `${ready}/${total}`;
    },
  },
  { name: "Status", cell: (pod, now) => summarize(pod, now).reason },
  { name: "Restarts", cell: (pod, now) => summarize(pod, now).restarts },
  ageColumn,
  { name: "IP", wide: true, cell: ({ status }) => status?.podIPs?.[0]?.ip || status?.podIP || NONE },
  { name: "Node", wide: true, cell: ({ spec }) => spec.nodeName || NONE },
  { name: "Nominated Node", wide: true, cell: ({ status }) => status?.nominatedNodeName || NONE },
  { name: "Readiness Gates", wide: true, cell: readinessGates },
];

function readinessGates({ spec, status }: core.Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const passed = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === "True"),
  );
  return `${passed.length}/${gates.length}`;
}

/** Pod templates. */
export const podTemplateColumns: readonly Column<core.PodTemplate>[] = [
  nameColumn,
  ...templateColumns<core.PodTemplate>(({ template }) => template?.spec).map(({ name, cell }) => ({ name, cell })),
  { name: "Pod Labels", cell: ({ template }) => labelsText(template?.metadata?.labels) },
];

/** Replication controllers. */
export const replicationControllerColumns: readonly Column<core.ReplicationController>[] = [
  nameColumn,
  { name: "Desired", type: "integer", cell: ({ spec }) => spec.replicas ?? 1 },
  { name: "Current", type: "integer", cell: ({ status }) => status?.replicas ?? 0 },
  { name: "Ready", type: "integer", cell: ({ status }) => status?.readyReplicas ?? 0 },
  ageColumn,
  ...templateColumns<core.ReplicationController>(({ spec }) => spec.template?.spec),
  { name: "Selector", wide: true, cell: ({ spec }) => labelsText(spec.selector) },
];

/** Nodes. */
export const nodeColumns: readonly Column<core.Node>[] = [
  nameColumn,
  { name: "Status", cell: nodeStatus },
  { name: "Roles", cell: nodeRoles },
  ageColumn,
  { name: "Version", cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? "" },
  { name: "Internal-IP", wide: true, cell: (node) => address(node, "InternalIP") },
  { name: "External-IP", wide: true, cell: (node) => address(node, "ExternalIP") },
  { name: "OS-Image", wide: true, cell: ({ status }) => status?.nodeInfo?.osImage || "<unknown>" },
  { name: "Kernel-Version", wide: true, cell: ({ status }) => status?.nodeInfo?.kernelVersion || "<unknown>" },
  {
    name: "Container-Runtime",
    wide: true,
    cell: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || "<unknown>",
  },
];

function nodeStatus({ spec, status }: core.Node): string {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  const words = [ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown"];
  if (spec.unschedulable) words.push("SchedulingDisabled");
  return words.join(",");
}

function nodeRoles({ metadata }: core.Node): string {
  const roles = Object.entries(metadata.labels ?? {}).flatMap(([label, value]) => {
    if (label.startsWith("node-role.kubernetes.io/")) return [label.slice("node-role.kubernetes.io/".length)];
    return label === "kubernetes.io/role" ? [value] : [];
  });
  return [...new Set(roles.filter(Boolean))].sort().join(",") || NONE;
}

function address({ status }: core.Node, wanted: string): string {
  return status?.addresses?.find(({ type }) => type === wanted)?.address ?? NONE;
}
