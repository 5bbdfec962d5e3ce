import { join } from "node:path";
import type { Pod } from "@skiff/api/core/v1";

/** Where a Pod's things lie below the kubelet's root. */
export interface PodDirectories {
  readonly root: string;
  readonly volumes: string;
  readonly subPaths: string;
  readonly containers: string;
  readonly hosts: string;
  readonly logs: string;
}

export function podDirectories(kubeletRoot: string, pod: Pod): PodDirectories {
  const { namespace, name, uid = "" } = pod.metadata;
  const root = join(kubeletRoot, "pods", uid);
  return {
    root,
    volumes: join(root, "volumes"),
    subPaths: join(root, "volume-subpaths"),
    containers: join(root, "containers"),
    hosts: join(root, "etc-hosts"),
    logs: join(kubeletRoot, "logs", `${namespace}_${name}_${uid}`),
  };
}
