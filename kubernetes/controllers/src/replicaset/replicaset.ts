/** Keeps the number of live pods of a ReplicaSet equal to `spec.replicas`. Owns Pod; writes the set's status. */
import type { ReplicaSet } from "@skiff/api/apps/v1";
import type { Pod } from "@skiff/api/core/v1";
import { pods, replicaSets } from "@skiff/api/resources";
import { mapped, owner, type Reconciler, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { orphansOf } from "../orphans-of.ts";
import { OwnWrites } from "../own-writes.ts";
import { controllerOf } from "../owner-reference.ts";
import { PodMaker, podFrom } from "../pod-maker.ts";
import { slowStart } from "../slow-start.ts";
import { plan, type Step } from "./plan.ts";
import { type Failure, statusOf } from "./status.ts";

export function replicaSetController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const setInformer = informers.for(replicaSets);
  const podInformer = informers.for(pods);
  indexOrphans(podInformer);
  const writes = new OwnWrites(podInformer, clock);
  const maker = new PodMaker({ client, events: recorder("replicaset-controller"), resource: replicaSets });

  return {
    name: "replicaset",
    watches: [self(setInformer), owner(podInformer, "ReplicaSet"), mapped(podInformer, orphansOf(setInformer))],
    async reconcile(key, signal) {
      const rs = setInformer.cache.get(key);
      if (!rs) return;
      if (!writes.settled(key)) return { requeueAfterMs: 5_000 };
      const { selector } = rs.spec;
      const owned = await claim({
        client,
        owner: rs,
        ownerResource: replicaSets,
        selector,
        informer: podInformer,
        signal,
      });

      let problem: { readonly failure: Failure; readonly error: unknown } | undefined;
      const steps = rs.metadata.deletionTimestamp ? [] : plan(rs.spec.replicas ?? 1, owned, relatedTo(rs), clock.now());
      for (const step of steps) {
        const reason = step.do === "create" ? "FailedCreate" : "FailedDelete";
        await act(key, rs, step, signal).catch((error: Error) => {
          problem = { failure: { reason, message: error.message }, error };
        });
      }

      const { status, nextInMs } = statusOf(rs, owned, problem?.failure, clock.now());
      if (!sameValue(status, rs.status)) await client.updateStatus(replicaSets, { ...rs, status }, { signal });
      if (problem) throw problem.error;
      return nextInMs === undefined ? undefined : { requeueAfterMs: nextInMs };
    },
  };

  async function act(key: string, rs: ReplicaSet, step: Step, signal: AbortSignal): Promise<void> {
    if (step.do === "delete") {
      await slowStart(step.pods, async (pod) => {
        await maker.delete(rs, pod, signal);
        writes.deleted(key, pod.metadata.uid ?? "");
      });
      return;
    }
    const pod = podFrom(replicaSets, rs, rs.spec.template ?? {});
    await slowStart(new Array<Pod>(step.count).fill(pod), async () => {
      const created = await maker.create(rs, pod, signal);
      if (created) writes.wrote(key, created);
    });
  }

  /** The pods of every set with the same controller, such as all sets of one Deployment. */
  function relatedTo(rs: ReplicaSet): readonly Pod[] {
    const controller = controllerOf(rs);
    const sets = controller ? setInformer.cache.byIndex("owner", controller.uid) : [rs];
    return sets.flatMap((set) => podInformer.cache.byIndex("owner", set.metadata.uid ?? ""));
  }
}
