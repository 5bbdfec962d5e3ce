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

/** Whose logs a directory of that name holds; undefined when it is no Pod's. Neither of the three can have an underscore. */
export function ownerOfLogs(directory: string): { namespace: string; name: string; uid: string } | undefined {
  const [namespace, name, uid, ...rest] = directory.split("_");
  return namespace && name && uid && rest.length === 0 ? { namespace, name, uid } : undefined;
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
