/** Keeps one pod of a DaemonSet on every Node it fits. Owns Pod and ControllerRevision; writes the status. */
import type { DaemonSet } from "@skiff/api/apps/v1";
import { controllerRevisions, daemonSets, nodes, pods } from "@skiff/api/resources";
import { cacheKey, mapped, owner, type Reconciler, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { orphansOf } from "../orphans-of.ts";
import { OwnWrites } from "../own-writes.ts";
import { PodMaker } from "../pod-maker.ts";
import { availableInMs } from "../pod-state.ts";
import { REVISION_HASH, syncRevisions } from "../revisions.ts";
import { slowStart } from "../slow-start.ts";
import { daemonPod } from "./daemon-pod.ts";
import { plan } from "./plan.ts";

export function daemonSetController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(daemonSets);
  const podInformer = informers.for(pods);
  const nodeInformer = informers.for(nodes);
  const revisionInformer = informers.for(controllerRevisions);
  indexOrphans(podInformer);
  indexOrphans(revisionInformer);
  const writes = new OwnWrites(podInformer, clock);
  const maker = new PodMaker({ client, events: recorder("daemonset-controller"), resource: daemonSets });

  return {
    name: "daemonset",
    watches: [
      self(informer),
      owner(podInformer, "DaemonSet"),
      mapped(podInformer, orphansOf(informer)),
      mapped(nodeInformer, () => informer.cache.list().map(cacheKey)),
      { informers: [revisionInformer], feed: () => () => {} },
    ],
    async reconcile(key, signal) {
      const set = informer.cache.get(key);
      if (!set || set.metadata.deletionTimestamp) return;
      if (!writes.settled(key)) return { requeueAfterMs: 5_000 };
      const base = { client, owner: set, ownerResource: daemonSets, signal };
      const owned = await claim({ ...base, selector: set.spec.selector, informer: podInformer });
      const hashes = new Set(owned.map((pod) => `${set.metadata.name}-${pod.metadata.labels?.[REVISION_HASH] ?? ""}`));
      const revisions = await syncRevisions({ ...base, informer: revisionInformer, inUse: hashes });
      const hash = revisions.at(-1)?.metadata.labels?.[REVISION_HASH] ?? "";
      const steps = plan(set, nodeInformer.cache.list(), owned, hash, clock.now());
      await slowStart(steps.delete, async (pod) => {
        await maker.delete(set, pod, signal);
        writes.deleted(key, pod.metadata.uid ?? "");
      });
      await slowStart(steps.create, (node) => create(key, set, node, hash, signal));
      if (!sameValue(steps.status, set.status))
        await client.updateStatus(daemonSets, { ...set, status: steps.status }, { signal });
      const waits = owned
        .map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, clock.now()) ?? 0)
        .filter((ms) => ms > 0);
      return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
    },
  };

  async function create(key: string, set: DaemonSet, node: string, hash: string, signal: AbortSignal): Promise<void> {
    const created = await maker.create(set, daemonPod(set, node, hash), signal);
    if (created) writes.wrote(key, created);
  }
}
