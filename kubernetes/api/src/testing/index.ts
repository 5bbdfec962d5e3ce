/** Small valid objects for tests: each names only what a test is about. */
import type { Node, Pod, PodSpec } from "../generated/types/core/v1.ts";
import type { ObjectMeta } from "../generated/types/meta/v1.ts";

/** A Pod named `a` in `default` with one container, changed by `metadata` and `spec`. */
export function aPod(metadata: Partial<ObjectMeta> = {}, spec: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "a", namespace: "default", uid: "uid-a", ...metadata },
    spec: { containers: [{ name: "main", image: "busybox" }], ...spec },
  };
}

/** A Ready Node with 4 CPUs, 8Gi of memory and room for 110 Pods, changed by `metadata`. */
export function aNode(name: string, metadata: Partial<ObjectMeta> = {}): Node {
  const capacity = { cpu: "4", memory: "8Gi", pods: "110", "ephemeral-storage": "100Gi" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, uid: `uid-${name}`, labels: { "kubernetes.io/hostname": name }, ...metadata },
    spec: {},
    status: { capacity, allocatable: capacity, conditions: [{ type: "Ready", status: "True" }] },
  };
}
