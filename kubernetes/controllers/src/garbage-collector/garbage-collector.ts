/** Deletes objects whose owners are gone, and carries out foreground and orphaning deletion. Owns nothing itself. */
import { isNotFound, type Resource } from "@skiff/api";
import type { OwnerReference } from "@skiff/api/meta/v1";
import type { Reconciler } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { Ownership } from "./ownership.ts";
import { type Item, isWaiting, type OwnerState, plan, type Step } from "./plan.ts";

/** While dependents of an object that waits for them are there, it gets a look this often, should an event be lost. */
const SAFETY_NET_MS = 30_000;

export function garbageCollector(deps: ControllerDeps): Reconciler {
  const { client } = deps;
  const ownership = new Ownership(deps);
  return {
    name: "garbage-collector",
    watches: [ownership.watch],
    async reconcile(key, signal) {
      const found = ownership.find(key);
      if (!found) return;
      const { resource, item } = found;
      const { uid = "", namespace, ownerReferences = [], deletionTimestamp } = item.metadata;
      const states = new Map<OwnerReference, OwnerState>();
      if (!deletionTimestamp) {
        for (const owner of ownerReferences) states.set(owner, await ownership.stateOf(owner, namespace, signal));
      }
      const dependents = ownership.dependentsOf(uid).map((dependent) => dependent.item);
      let present = item;
      for (const step of plan(item, (owner) => states.get(owner) ?? "unknown", dependents)) {
        present = (await act(resource, present, step, signal)) ?? present;
      }
      return isWaiting(item) ? { requeueAfterMs: SAFETY_NET_MS } : undefined;
    },
  };

  /** Answers the object as changed. One that is gone has what it needs. */
  async function act(resource: Resource<Item>, item: Item, step: Step, signal: AbortSignal): Promise<Item | undefined> {
    const { uid, resourceVersion } = item.metadata;
    const change = (metadata: object) =>
      client.patch(
        resource,
        item.metadata,
        { metadata: { uid, resourceVersion, ...metadata } },
        { type: "merge", signal },
      );
    try {
      switch (step.do) {
        case "delete": {
          const preconditions = { uid, resourceVersion };
          await client.delete(resource, item.metadata, { propagationPolicy: step.policy, preconditions, signal });
          return undefined;
        }
        case "setOwners":
          return await change({ ownerReferences: step.owners.length > 0 ? step.owners : null });
        case "removeFinalizer": {
          const finalizers = (item.metadata.finalizers ?? []).filter((name) => name !== step.finalizer);
          return await change({ finalizers: finalizers.length > 0 ? finalizers : null });
        }
        case "orphanDependents":
          await orphanDependents(uid ?? "", signal);
          return undefined;
      }
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async function orphanDependents(uid: string, signal: AbortSignal): Promise<void> {
    for (const { resource, item } of ownership.dependentsOf(uid)) {
      const owners = item.metadata.ownerReferences?.filter((owner) => owner.uid !== uid) ?? [];
      await act(resource, item, { do: "setOwners", owners }, signal);
    }
  }
}
