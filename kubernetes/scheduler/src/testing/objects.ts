import type { Node, NodeSpec, Pod, PodSpec } from "@skiff/api/core/v1";
import type { ObjectMeta } from "@skiff/api/meta/v1";
import { SchedulerCache } from "../cache.ts";
import { podInfo } from "../pod-info.ts";

/** Requests by resource name, such as `{ cpu: "1" }`. */
export type Requests = Readonly<Record<string, string>>;

/** Pod `default/<name>` with one container. */
export function aPod(
  name: string,
  o: { readonly requests?: Requests; readonly meta?: Partial<ObjectMeta>; readonly spec?: Partial<PodSpec> } = {},
): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: "default", name, uid: `uid-${name}`, ...o.meta },
    spec: {
      schedulerName: "default-scheduler",
      containers: [{ name: "main", image: "busybox", resources: { requests: o.requests ?? {} } }],
      ...o.spec,
    },
  } as Pod;
}

/** A node with 4 CPUs, 8 GiB and room for 110 Pods. */
export function aNode(
  name: string,
  o: { readonly allocatable?: Requests; readonly labels?: Requests; readonly spec?: Partial<NodeSpec> } = {},
): Node {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...o.labels } },
    spec: { ...o.spec },
    status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110", ...o.allocatable } },
  } as Node;
}

/** A snapshot of `nodes` with `pods` on the nodes their specs name. */
export function aSnapshot(nodes: readonly Node[], pods: readonly Pod[] = []): SchedulerCache {
  const cache = new SchedulerCache((namespace) => ({ "kubernetes.io/metadata.name": namespace }));
  for (const node of nodes) cache.setNode(node);
  for (const pod of pods) cache.setPod(podInfo(pod));
  return cache;
}
