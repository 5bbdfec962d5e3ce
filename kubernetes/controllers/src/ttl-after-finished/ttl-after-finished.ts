/** Deletes a finished Job `spec.ttlSecondsAfterFinished` after its end, with its pods. Owns nothing. */
import { isNotFound } from "@skiff/api";
import type { Job } from "@skiff/api/batch/v1";
import { jobs } from "@skiff/api/resources";
import { type Reconciler, self } from "@skiff/client";
import type { ControllerDeps } from "../controller.ts";
import { conditionOf } from "../job/plan.ts";

export function ttlAfterFinishedController({ client, informers, clock }: ControllerDeps): Reconciler {
  const informer = informers.for(jobs);
  return {
    name: "ttl-after-finished",
    watches: [self(informer)],
    async reconcile(key, signal) {
      const job = informer.cache.get(key);
      const at = job && expiryOf(job);
      if (!job || at === undefined || job.metadata.deletionTimestamp) return;
      if (at > clock.now()) return { requeueAfterMs: at - clock.now() };
      const { uid, resourceVersion } = job.metadata;
      const options = { propagationPolicy: "Foreground", preconditions: { uid, resourceVersion }, signal } as const;
      await client.delete(jobs, job.metadata, options).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
    },
  };
}

/** When `job` is to go, in milliseconds since 1970; undefined when it is not finished or stays. */
export function expiryOf(job: Job): number | undefined {
  const end = conditionOf(job, "Complete") ?? conditionOf(job, "Failed");
  const ttl = job.spec.ttlSecondsAfterFinished;
  return end && ttl !== undefined ? Date.parse(end.lastTransitionTime ?? "") + ttl * 1000 : undefined;
}
