import { parseQuantity } from "@skiff/api";
import type { Container, PodSpec } from "@skiff/api/core/v1";

/** Amounts by resource name: `cpu` in thousandths of a CPU, everything else in whole units (bytes, pieces). */
export type Resources = Readonly<Record<string, number>>;

/** What a container that asks for nothing counts as when nodes are scored, so that many of them still spread. */
const UNSTATED: Resources = { cpu: 100, memory: 200 * 1024 * 1024 };

/** Reads a resource list of the API. */
export function readResources(list: Readonly<Record<string, string>> | undefined): Resources {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text);
    amounts[name] = name === "cpu" ? quantity.milliValue() : quantity.value();
  }
  return amounts;
}

/** `a` plus `sign` times `b`. */
export function addResources(a: Resources, b: Resources, sign: 1 | -1 = 1): Resources {
  const sum: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + sign * amount;
  return sum;
}

/** The larger of both, resource by resource. */
export function maxResources(a: Resources, b: Resources): Resources {
  const most: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) most[name] = Math.max(most[name] ?? 0, amount);
  return most;
}

/**
 * What a Pod takes from its node: the most it needs at any one time. Init containers run one after the other, each beside the
 * sidecars (init containers with restartPolicy Always) started before it; then the containers run beside all sidecars. Requests
 * of the whole Pod (`spec.resources`) go before the sum for the resources they name. The overhead of the runtime class comes on top.
 */
export function podRequests(spec: PodSpec): Resources {
  return total(spec, (container) => readResources(container.resources?.requests));
}

/** Like `podRequests`, with containers that state no CPU or memory counted as small ones. For scoring only. */
export function podScoringRequests(spec: PodSpec): Resources {
  return total(spec, (container) => ({ ...UNSTATED, ...readResources(container.resources?.requests) }));
}

function total(spec: PodSpec, of: (container: Container) => Resources): Resources {
  let running: Resources = {};
  for (const container of spec.containers) running = addResources(running, of(container));
  let sidecars: Resources = {};
  let whileStarting: Resources = {};
  for (const container of spec.initContainers ?? []) {
    if (container.restartPolicy === "Always") {
      sidecars = addResources(sidecars, of(container));
      whileStarting = maxResources(whileStarting, sidecars);
    } else whileStarting = maxResources(whileStarting, addResources(sidecars, of(container)));
  }
  const most = maxResources(addResources(running, sidecars), whileStarting);
  const ofPod = { ...most, ...readResources(spec.resources?.requests) };
  return addResources(ofPod, readResources(spec.overhead));
}
