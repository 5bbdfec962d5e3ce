/** Pods and containers. */
import type { Container, Pod, PodSpec, PodStatus } from "../generated/types/core/v1.ts";
import { type MetadataChanges, namespacedMetadata } from "./metadata.ts";

/** A container named `main` that runs busybox, with the defaults of the API server, changed by `changes`. */
export function aContainer(changes: Partial<Container> = {}): Container {
  return {
    name: "main",
    image: "busybox:1.36",
    imagePullPolicy: "IfNotPresent",
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    ...changes,
  };
}

/** A PodSpec with one container, with the defaults of the API server, changed by `changes`. */
export function aPodSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return {
    containers: [aContainer()],
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    schedulerName: "default-scheduler",
    securityContext: {},
    ...changes,
  };
}

/** A Pod named `a` in `default`, waiting for a node, changed by `metadata`, `spec` and `status`. */
export function aPod(
  metadata: MetadataChanges = {},
  spec: Partial<PodSpec> = {},
  status: Partial<PodStatus> = {},
): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: namespacedMetadata("a", metadata),
    spec: aPodSpec({ enableServiceLinks: true, ...spec }),
    status: { phase: "Pending", qosClass: "BestEffort", ...status },
  };
}

/** A Pod that runs on `nodeName` with the address `podIP` and is ready, changed by `metadata` and `spec`. */
export function aRunningPod(
  nodeName: string,
  podIP: string,
  metadata: MetadataChanges = {},
  spec: Partial<PodSpec> = {},
): Pod {
  const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
    type,
    status: "True",
  }));
  return aPod(metadata, { nodeName, ...spec }, { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions });
}
