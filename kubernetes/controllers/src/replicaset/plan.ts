import type { Pod } from "@skiff/api/core/v1";
import { isActive } from "../pod-state.ts";
import { cheapestFirst } from "./deletion-order.ts";

/** At most this many pods are created or deleted by one reconcile; the next goes on. */
const BURST = 500;

export type Step =
  | { readonly do: "create"; readonly count: number }
  | { readonly do: "delete"; readonly pods: readonly Pod[] };

/**
 * Decides what brings the pods in `owned` that count to `replicas`. `related` are the pods of every set of the same
 * application: of two equal pods, the one whose node holds more of those goes first.
 */
export function plan(replicas: number, owned: readonly Pod[], related: readonly Pod[], now: number): Step[] {
  const active = owned.filter(isActive);
  const missing = replicas - active.length;
  if (missing > 0) return [{ do: "create", count: Math.min(missing, BURST) }];
  if (missing === 0) return [];
  return [{ do: "delete", pods: cheapestFirst(active, related, now).slice(0, Math.min(-missing, BURST)) }];
}
