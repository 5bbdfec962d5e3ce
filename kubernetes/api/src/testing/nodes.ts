/** Nodes and Namespaces. */
import type { Namespace, Node, NodeSpec, NodeStatus } from "../generated/types/core/v1.ts";
import { clusterMetadata, type MetadataChanges } from "./metadata.ts";

/** A Ready Node with 4 CPUs, 8Gi of memory and room for 110 Pods, changed by `metadata`, `spec` and `status`. */
export function aNode(
  name = "node-a",
  metadata: MetadataChanges = {},
  spec: Partial<NodeSpec> = {},
  status: Partial<NodeStatus> = {},
): Node {
  const capacity = { cpu: "4", memory: "8Gi", pods: "110", "ephemeral-storage": "100Gi" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: clusterMetadata(name, { labels: { "kubernetes.io/hostname": name }, ...metadata }),
    spec,
    status: { capacity, allocatable: capacity, conditions: [{ type: "Ready", status: "True" }], ...status },
  };
}

/** An Active Namespace, changed by `metadata`. */
export function aNamespace(name: string, metadata: MetadataChanges = {}): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: clusterMetadata(name, { labels: { "kubernetes.io/metadata.name": name }, ...metadata }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}
