import type { Pod } from "@skiff/api/core/v1";

/** How log lines, events and error messages call a Pod: `name_namespace(uid)`. */
export function podName(pod: Pod): string {
  return `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
}

/** The key of a Pod in caches: `namespace/name`. */
export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace}/${pod.metadata.name}`;
}
