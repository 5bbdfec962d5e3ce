/** Keeps the number of live pods of a ReplicationController equal to `spec.replicas`. Owns Pod; writes its status. */
import type { ReplicaSet } from "@skiff/api/apps/v1";
import type { Pod, ReplicationController } from "@skiff/api/core/v1";
import { pods, replicationControllers } from "@skiff/api/resources";
import { owner, type Reconciler, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { OwnWrites } from "../own-writes.ts";
import { PodMaker, podFrom } from "../pod-maker.ts";
import { plan, type Step } from "../replicaset/plan.ts";
import { type Failure, statusOf } from "../replicaset/status.ts";
import { slowStart } from "../slow-start.ts";

export function replicationControllerController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(replicationControllers);
  const podInformer = informers.for(pods);
  indexOrphans(podInformer);
  const writes = new OwnWrites(podInformer, clock);
  const maker = new PodMaker({ client, events: recorder("replication-controller"), resource: replicationControllers });

  return {
    name: "replication-controller",
    watches: [self(informer), owner(podInformer, "ReplicationController")],
    async reconcile(key, signal) {
      const found = informer.cache.get(key);
      if (!found) return;
      if (!writes.settled(key)) return { requeueAfterMs: 5_000 };
      const set = asReplicaSet(found);
      const base = { client, owner: found, ownerResource: replicationControllers, signal };
      const owned = await claim({ ...base, selector: set.spec.selector, informer: podInformer });

      let problem: { readonly failure: Failure; readonly error: unknown } | undefined;
      const steps = found.metadata.deletionTimestamp ? [] : plan(found.spec.replicas ?? 1, owned, owned, clock.now());
      for (const step of steps) {
        const reason = step.do === "create" ? "FailedCreate" : "FailedDelete";
        await act(key, found, step, signal).catch((error: Error) => {
          problem = { failure: { reason, message: error.message }, error };
        });
      }
      const computed = statusOf(set, owned, problem?.failure, clock.now());
      const { terminatingReplicas: _, ...status } = computed.status;
      if (!sameValue(status, found.status)) {
        await client.updateStatus(replicationControllers, { ...found, status }, { signal });
      }
      if (problem) throw problem.error;
      return computed.nextInMs === undefined ? undefined : { requeueAfterMs: computed.nextInMs };
    },
  };

  async function act(key: string, rc: ReplicationController, step: Step, signal: AbortSignal): Promise<void> {
    if (step.do === "delete") {
      await slowStart(step.pods, async (pod) => {
        await maker.delete(rc, pod, signal);
        writes.deleted(key, pod.metadata.uid ?? "");
      });
      return;
    }
    const pod = podFrom(replicationControllers, rc, rc.spec.template ?? {});
    await slowStart(new Array<Pod>(step.count).fill(pod), async () => {
      const created = await maker.create(rc, pod, signal);
      if (created) writes.wrote(key, created);
    });
  }
}

/** The same wish in the words of its successor. */
function asReplicaSet({ metadata, spec, status }: ReplicationController): ReplicaSet {
  return { metadata, spec: { ...spec, selector: { matchLabels: spec.selector } }, status };
}
