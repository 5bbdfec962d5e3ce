/** Removes pods nobody else will: of nodes that are gone, finished beyond a limit, deleted before they got a node. Owns none. */
import { isNotFound } from "@skiff/api";
import type { Pod } from "@skiff/api/core/v1";
import { nodes, pods } from "@skiff/api/resources";
import { mapped, type Reconciler, timestamp } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { isFinished } from "../pod-state.ts";
import { plan } from "./plan.ts";

const EVERY_MS = 20_000;
const ALL = "all";

export function podGcController({ client, informers, clock, log }: ControllerDeps): Reconciler {
  const podInformer = informers.for(pods);
  const nodeInformer = informers.for(nodes);
  const missingSince = new Map<string, number>();

  return {
    name: "pod-gc",
    watches: [
      mapped(nodeInformer, () => [ALL]),
      mapped(podInformer, ({ metadata, spec }) => (metadata.deletionTimestamp && !spec.nodeName ? [ALL] : [])),
    ],
    async reconcile(_key, signal) {
      const now = clock.now();
      const known = new Map(nodeInformer.cache.list().map((node) => [node.metadata.name, node]));
      for (const name of missingSince.keys()) if (known.has(name)) missingSince.delete(name);
      for (const { spec } of podInformer.cache.list()) {
        if (spec.nodeName && !known.has(spec.nodeName) && !missingSince.has(spec.nodeName))
          missingSince.set(spec.nodeName, now);
      }
      for (const { pod, why } of plan(podInformer.cache.list(), known, missingSince, now)) {
        log.info("removing a pod", { pod: pod.metadata.name, namespace: pod.metadata.namespace, why });
        await remove(pod, signal).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      }
      return { requeueAfterMs: EVERY_MS };
    },
  };

  async function remove(pod: Pod, signal: AbortSignal): Promise<void> {
    if (!isFinished(pod)) {
      const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== "DisruptionTarget");
      const condition = {
        type: "DisruptionTarget",
        status: "True",
        reason: "DeletionByPodGC",
        message: pod.spec.nodeName ? "PodGC: node no longer exists" : "PodGC: pod was deleted before it got a node",
        lastTransitionTime: timestamp(clock.now()),
      };
      const status = { ...pod.status, phase: "Failed" as const, conditions: [...others, condition] };
      await client.updateStatus(pods, { ...pod, status }, { signal });
    }
    await client.delete(pods, pod.metadata, {
      gracePeriodSeconds: 0,
      preconditions: { uid: pod.metadata.uid },
      signal,
    });
  }
}
