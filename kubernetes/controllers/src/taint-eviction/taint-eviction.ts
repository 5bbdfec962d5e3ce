/** Deletes pods from Nodes with NoExecute taints they do not tolerate, or not for longer. Owns none. */
import { isNotFound } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { nodes, pods } from "@skiff/api/resources";
import { cacheKey, mapped, type Reconciler, referenceTo, self, timestamp } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { evictionTime } from "../node-lifecycle/plan.ts";
import { isFinished } from "../pod-state.ts";

export function taintEvictionController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const podInformer = informers.for(pods);
  const nodeInformer = informers.for(nodes);
  podInformer.cache.addIndex("node", ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
  const events = recorder("taint-eviction-controller");

  return {
    name: "taint-eviction",
    watches: [
      self(podInformer),
      mapped(nodeInformer, ({ metadata, spec }) =>
        spec.taints?.length ? podInformer.cache.byIndex("node", metadata.name).map(cacheKey) : [],
      ),
    ],
    async reconcile(key, signal) {
      const pod = podInformer.cache.get(key);
      if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp || isFinished(pod)) return;
      const taints = nodeInformer.cache.get(pod.spec.nodeName)?.spec.taints ?? [];
      const at = evictionTime(pod, taints, clock.now());
      if (at === undefined) return;
      if (at > clock.now()) return { requeueAfterMs: at - clock.now() };
      events.event(referenceTo(pods, pod), "Normal", "TaintManagerEviction", `Marking for deletion Pod ${key}`);
      await evict(pod, signal).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },
  };

  async function evict(pod: Pod, signal: AbortSignal): Promise<void> {
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "DeletionByTaintManager",
      message: "Taint manager: deleting due to NoExecute taint",
      lastTransitionTime: timestamp(clock.now()),
    };
    await client.updateStatus(
      pods,
      { ...pod, status: { ...pod.status, conditions: [...others, condition] } },
      { signal },
    );
    await client.delete(pods, pod.metadata, { preconditions: { uid: pod.metadata.uid }, signal });
  }
}
