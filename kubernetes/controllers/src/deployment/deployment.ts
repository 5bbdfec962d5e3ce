/** Rolls out a Deployment's template through ReplicaSets. Owns ReplicaSet; writes the Deployment's status and revision. */
import { isAlreadyExists, isNotFound } from "@skiff/api";
import type { Deployment, ReplicaSet } from "@skiff/api/apps/v1";
import { deployments, pods, replicaSets } from "@skiff/api/resources";
import { mapped, owner, type Reconciler, referenceTo, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { orphansOf } from "../orphans-of.ts";
import { controllerOf, isControlledBy } from "../owner-reference.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";
import { isFinished } from "../pod-state.ts";
import { findCurrent, isOfTemplate } from "./new-replica-set.ts";
import { plan, type Step } from "./plan.ts";
import { isRolling, REVISION, replicasOf, revisionOf } from "./sizes.ts";
import { lookAgainInMs } from "./status.ts";

export function deploymentController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(deployments);
  const sets = informers.for(replicaSets);
  const podInformer = informers.for(pods);
  indexOrphans(sets);
  const events = recorder("deployment-controller");

  return {
    name: "deployment",
    watches: [
      self(informer),
      owner(sets, "Deployment"),
      mapped(sets, orphansOf(informer)),
      mapped(podInformer, ({ metadata }) => recreatedBy(metadata)),
    ],
    async reconcile(key, signal) {
      const found = informer.cache.get(key);
      if (!found) return;
      const { selector } = found.spec;
      const owned = await claim({ client, owner: found, ownerResource: deployments, selector, informer: sets, signal });
      const { steps, status, revision } = plan(found, owned, oldPodsRun(found, owned), clock.now());
      for (const step of steps) await act(found, step, signal);
      // The note of the revision goes with the status: written by itself it would count as a change of the Deployment.
      const noted = withRevision(found, revision);
      if (noted !== found || !sameValue(status, found.status)) {
        await client.updateStatus(deployments, { ...noted, status }, { signal });
      }
      const ms = lookAgainInMs(found, status, clock.now());
      return ms === undefined ? undefined : { requeueAfterMs: ms };
    },
  };

  async function act(deployment: Deployment, step: Step, signal: AbortSignal): Promise<void> {
    switch (step.do) {
      case "create":
        return await create(deployment, step.set, signal);
      case "update":
        await client.update(replicaSets, step.set, { signal });
        return announce(deployment, step.set, step.from);
      case "delete":
        await client.delete(replicaSets, step.set.metadata, { signal }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
    }
  }

  async function create(deployment: Deployment, set: ReplicaSet, signal: AbortSignal): Promise<void> {
    try {
      await client.create(replicaSets, set, { signal });
      announce(deployment, set, 0);
    } catch (error) {
      if (isNamespaceTerminating(error)) return;
      if (!isAlreadyExists(error)) throw error;
      const present = await client.get(replicaSets, set.metadata, signal);
      const ours = isControlledBy(present, deployment.metadata.uid);
      if (ours && isOfTemplate(present, deployment.spec.template)) return;
      // Another template hashes to the same name: the next try takes another one.
      const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
      await client.updateStatus(
        deployments,
        { ...deployment, status: { ...deployment.status, collisionCount } },
        { signal },
      );
      throw error;
    }
  }

  function announce(deployment: Deployment, set: ReplicaSet, from: number): void {
    const to = replicasOf(set);
    if (from === to) return;
    const message = `Scaled ${to > from ? "up" : "down"} replica set ${set.metadata.name} from ${from} to ${to}`;
    events.event(referenceTo(deployments, deployment), "Normal", "ScalingReplicaSet", message);
  }

  function oldPodsRun(deployment: Deployment, owned: readonly ReplicaSet[]): boolean {
    const current = findCurrent(deployment, owned);
    const old = owned.filter((set) => set !== current);
    return old.some((set) => !podInformer.cache.byIndex("owner", set.metadata.uid ?? "").every(isFinished));
  }

  /** A Recreate waits for the last old pod to go, which no set may report. */
  function recreatedBy(metadata: ReplicaSet["metadata"]): string[] {
    const set = sets.cache.byIndex("uid", controllerOf({ metadata })?.uid ?? "")[0];
    const name = set && controllerOf(set)?.name;
    const key = `${metadata.namespace}/${name}`;
    const deployment = name ? informer.cache.get(key) : undefined;
    return deployment && !isRolling(deployment) ? [key] : [];
  }
}

function withRevision(deployment: Deployment, revision: number): Deployment {
  if (revision === 0 || revision === revisionOf(deployment)) return deployment;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: String(revision) };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
