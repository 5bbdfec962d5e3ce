/** Keeps the named pods of a StatefulSet, in their order, with their claims. Owns Pod and ControllerRevision; writes the status. */
import { isAlreadyExists } from "@skiff/api";
import type { StatefulSet } from "@skiff/api/apps/v1";
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from "@skiff/api/resources";
import { mapped, owner, type Reconciler, referenceTo, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { orphansOf } from "../orphans-of.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";
import { availableInMs } from "../pod-state.ts";
import { syncRevisions } from "../revisions.ts";
import { plan, type Step, statusOf } from "./plan.ts";
import { claimsOf, statefulPod } from "./stateful-pod.ts";

export function statefulSetController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(statefulSets);
  const podInformer = informers.for(pods);
  const claims = informers.for(persistentVolumeClaims);
  const revisionInformer = informers.for(controllerRevisions);
  indexOrphans(podInformer);
  indexOrphans(revisionInformer);
  const events = recorder("statefulset-controller");

  return {
    name: "statefulset",
    watches: [
      self(informer),
      owner(podInformer, "StatefulSet"),
      mapped(podInformer, orphansOf(informer)),
      { informers: [claims, revisionInformer], feed: () => () => {} },
    ],
    async reconcile(key, signal) {
      const set = informer.cache.get(key);
      if (!set || set.metadata.deletionTimestamp) return;
      const base = { client, owner: set, ownerResource: statefulSets, signal };
      const owned = await claim({ ...base, selector: set.spec.selector, informer: podInformer });
      const inUse = new Set([
        set.status?.currentRevision ?? "",
        ...owned.map((pod) => pod.metadata.labels?.["controller-revision-hash"] ?? ""),
      ]);
      const all = await syncRevisions({ ...base, informer: revisionInformer, inUse });
      const update = all[all.length - 1] ?? all[0];
      const current = all.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
      for (const step of plan(set, owned, { current, update }, clock.now())) await act(set, step, signal);

      const status = statusOf(set, owned, { current, update }, clock.now());
      if (!sameValue(status, set.status)) await client.updateStatus(statefulSets, { ...set, status }, { signal });
      const waits = owned
        .map((pod) => availableInMs(pod, set.spec.minReadySeconds ?? 0, clock.now()) ?? 0)
        .filter((ms) => ms > 0);
      return waits.length > 0 ? { requeueAfterMs: Math.min(...waits) } : undefined;
    },
  };

  async function act(set: StatefulSet, step: Step, signal: AbortSignal): Promise<void> {
    const name = step.do === "create" ? `${set.metadata.name}-${step.ordinal}` : step.pod.metadata.name;
    try {
      if (step.do === "create") {
        await createClaims(set, step.ordinal, signal);
        await client.create(pods, statefulPod(set, step.ordinal, step.revision), { signal });
      } else await client.delete(pods, step.pod.metadata, { preconditions: { uid: step.pod.metadata.uid }, signal });
      const done = step.do === "create" ? "SuccessfulCreate" : "SuccessfulDelete";
      events.event(
        referenceTo(statefulSets, set),
        "Normal",
        done,
        `${step.do} Pod ${name} in StatefulSet ${set.metadata.name} successful`,
      );
    } catch (error) {
      // Made already, not in the cache yet; or the namespace goes.
      if (isAlreadyExists(error) || isNamespaceTerminating(error)) return;
      const failed = step.do === "create" ? "FailedCreate" : "FailedDelete";
      const message = `${step.do} Pod ${name} in StatefulSet ${set.metadata.name} failed error: ${(error as Error).message}`;
      events.event(referenceTo(statefulSets, set), "Warning", failed, message);
      throw error;
    }
  }

  async function createClaims(set: StatefulSet, ordinal: number, signal: AbortSignal): Promise<void> {
    for (const wanted of claimsOf(set, ordinal)) {
      const { namespace, name } = wanted.metadata;
      if (claims.cache.get(`${namespace}/${name}`)) continue;
      await client.create(persistentVolumeClaims, wanted, { signal }).catch((error: unknown) => {
        if (!isAlreadyExists(error)) throw error;
      });
    }
  }
}
