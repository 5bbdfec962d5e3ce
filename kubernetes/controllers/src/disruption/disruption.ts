/** Keeps the status of PodDisruptionBudgets: how many Pods may be evicted right now. Owns nothing. */
import { controllerOf, fromLabelSelector, isConflict, isNotFound, matches } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import type { PodDisruptionBudget } from "@skiff/api/policy/v1";
import {
  deployments,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  statefulSets,
} from "@skiff/api/resources";
import { cacheKey, mapped, type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { EVICTION_MS, type Expected, plan } from "./plan.ts";

export function disruptionController({ client, informers, clock }: ControllerDeps): Reconciler {
  const budgets = informers.for(podDisruptionBudgets);
  const podInformer = informers.for(pods);
  const scales = {
    ReplicaSet: informers.for(replicaSets),
    Deployment: informers.for(deployments),
    StatefulSet: informers.for(statefulSets),
    ReplicationController: informers.for(replicationControllers),
  };
  const inNamespace = ({ metadata }: { readonly metadata: { readonly namespace?: string | undefined } }) =>
    budgets.cache.byIndex("namespace", metadata.namespace ?? "");

  return {
    name: "disruption",
    watches: [
      self(budgets),
      mapped(podInformer, (pod) =>
        inNamespace(pod)
          .filter((budget) => covers(budget, pod))
          .map(cacheKey),
      ),
      ...Object.values(scales).map((informer) =>
        mapped(informer as typeof scales.Deployment, (owner) => inNamespace(owner).map(cacheKey)),
      ),
    ],
    async reconcile(key, signal) {
      const budget = budgets.cache.get(key);
      if (!budget) return;
      const { namespace = "" } = budget.metadata;
      const covered = podInformer.cache.byIndex("namespace", namespace).filter((pod) => covers(budget, pod));
      const status = plan(budget, covered, () => expectedOf(covered), clock.now());
      try {
        if (status) await client.updateStatus(podDisruptionBudgets, { ...budget, status }, { signal });
      } catch (error) {
        // An eviction took from it meanwhile, or it is gone: its newer state comes with an event.
        if (!isConflict(error) && !isNotFound(error)) throw error;
      }
      const evicting = Object.keys((status ?? budget.status)?.disruptedPods ?? {}).length > 0;
      return evicting ? { requeueAfterMs: EVICTION_MS } : undefined;
    },
  };

  /** The sum of what the Pods' controllers are told to keep running, each counted once. */
  function expectedOf(covered: readonly Pod[]): Expected {
    const counts = new Map<string, number>();
    for (const pod of covered) {
      const owner = controllerOf(pod);
      if (!owner) continue;
      const key = `${pod.metadata.namespace}/${owner.name}`;
      const found = replicasOf(owner.kind, key);
      if (found === undefined)
        return { unknown: `${owner.kind} ${owner.name}, which controls pod ${pod.metadata.name}, has no known scale` };
      counts.set(found.uid, found.replicas);
    }
    return { count: [...counts.values()].reduce((sum, count) => sum + count, 0) };
  }

  function replicasOf(kind: string, key: string): { readonly uid: string; readonly replicas: number } | undefined {
    const informer = scales[kind as keyof typeof scales];
    const owner = informer?.cache.get(key);
    if (!owner) return undefined;
    const above = kind === "ReplicaSet" ? controllerOf(owner) : undefined;
    if (above?.kind === "Deployment") {
      return replicasOf("Deployment", `${owner.metadata.namespace}/${above.name}`);
    }
    return { uid: owner.metadata.uid ?? key, replicas: owner.spec?.replicas ?? 1 };
  }
}

function covers({ spec, metadata }: PodDisruptionBudget, pod: Pod): boolean {
  if (!spec?.selector || metadata.namespace !== pod.metadata.namespace) return false;
  return matches(fromLabelSelector(spec.selector), pod.metadata.labels);
}
