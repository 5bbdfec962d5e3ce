/** The quality-of-service class of a Pod and the cgroup it puts the Pod in. */
import { parseQuantity } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { podContainers } from "./containers.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const COUNTED = ["cpu", "memory"] as const;

/**
 * Guaranteed when every container limits CPU and memory and requests exactly that, BestEffort when none requests or
 * limits either, Burstable otherwise. Ephemeral containers have no say.
 */
export function qosClass(pod: Pod): QosClass {
  if (pod.status?.qosClass) return pod.status.qosClass as QosClass;
  let anything = false;
  let guaranteed = true;
  for (const { role, container } of podContainers(pod)) {
    if (role === "ephemeral") continue;
    for (const name of COUNTED) {
      const limit = amount(container.resources?.limits?.[name]);
      const request = amount(container.resources?.requests?.[name]) || limit;
      if (request > 0 || limit > 0) anything = true;
      if (limit === 0 || request !== limit) guaranteed = false;
    }
  }
  if (!anything) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

/** Where the Pod's cgroup lies below `root` ("" for the machine's own), as the cgroupfs driver names it. */
export function cgroupParent(pod: Pod, root = ""): string {
  const parent = { Guaranteed: "", Burstable: "/burstable", BestEffort: "/besteffort" }[qosClass(pod)];
  return `${root}/kubepods${parent}/pod${pod.metadata.uid}`;
}

function amount(quantity: string | undefined): number {
  return quantity === undefined ? 0 : parseQuantity(quantity).milliValue();
}
