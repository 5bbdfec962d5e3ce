import type { Service } from "@skiff/compose";

/** How many Pods a service has at once. */
export function replicasOf(service: Service): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}
