/** How dearly a Pod holds its resources when a node runs short of them. */
import type { Pod } from "@skiff/api/core/v1";
import { parseQuantity } from "../../quantity.ts";

/** `Guaranteed`: limits on everything and nothing below them. `BestEffort`: asks for nothing. `Burstable`: the rest. */
export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const counted = ["cpu", "memory"] as const;

/** The class of a Pod, from the CPU and memory of all containers that live as long as it does or run before. */
export function podQosClass(pod: Pick<Pod, "spec">): QosClass {
  const whole = pod.spec.resources;
  const parts =
    whole?.requests || whole?.limits
      ? [whole]
      : [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
  let asks = false;
  let guaranteed = true;
  for (const { requests = {}, limits = {} } of parts) {
    for (const name of counted) {
      const request = positive(requests[name]);
      const limit = positive(limits[name]);
      if (request !== undefined || limit !== undefined) asks = true;
      // A request that is left out was set to the limit before.
      const same = limit !== undefined && (request === undefined || request.cmp(limit) === 0);
      if (!same) guaranteed = false;
    }
  }
  if (!asks) return "BestEffort";
  return guaranteed ? "Guaranteed" : "Burstable";
}

function positive(text: string | undefined): ReturnType<typeof parseQuantity> | undefined {
  if (text === undefined) return undefined;
  const quantity = parseQuantity(text);
  return quantity.isZero() ? undefined : quantity;
}
