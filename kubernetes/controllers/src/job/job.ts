/** Runs a Job's pods until enough have succeeded or too many failed. Owns Pod; writes the Job's status. */
import { isNotFound } from "@skiff/api";
import type { Job } from "@skiff/api/batch/v1";
import type { Pod } from "@skiff/api/core/v1";
import { jobs, pods } from "@skiff/api/resources";
import { mapped, owner, type Reconciler, referenceTo, self } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import { claim, indexOrphans } from "../claim.ts";
import type { ControllerDeps } from "../controller.ts";
import { orphansOf } from "../orphans-of.ts";
import { OwnWrites } from "../own-writes.ts";
import { controllerOf } from "../owner-reference.ts";
import { PodMaker } from "../pod-maker.ts";
import { slowStart } from "../slow-start.ts";
import { jobPod } from "./job-pod.ts";
import { type Plan, plan } from "./plan.ts";
import { hasTracking, TRACKING } from "./tally.ts";

/** What the server selects a Job's pods by. */
const CONTROLLER_UID = "batch.kubernetes.io/controller-uid";

export function jobController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(jobs);
  const podInformer = informers.for(pods);
  indexOrphans(podInformer);
  const writes = new OwnWrites(podInformer, clock);
  const events = recorder("job-controller");
  const maker = new PodMaker({ client, events, resource: jobs });

  return {
    name: "job",
    watches: [self(informer), owner(podInformer, "Job"), mapped(podInformer, orphansOf(informer))],
    async reconcile(key, signal) {
      const job = informer.cache.get(key);
      await releaseLeftovers(key, job, signal);
      // Another controller's, when it says so.
      if (!job || (job.spec.managedBy ?? "kubernetes.io/job-controller") !== "kubernetes.io/job-controller") return;
      if (!writes.settled(key)) return { requeueAfterMs: 5_000 };
      const selector = job.spec.selector ?? { matchLabels: { [CONTROLLER_UID]: job.metadata.uid ?? "" } };
      const owned = await claim({ client, owner: job, ownerResource: jobs, selector, informer: podInformer, signal });
      const steps = plan(job, owned, clock.now());
      await slowStart(steps.delete, async (pod) => {
        await maker.delete(job, pod, signal);
        writes.deleted(key, pod.metadata.uid ?? "");
      });
      await slowStart(steps.create, async (index) => {
        const created = await maker.create(job, jobPod(job, index), signal);
        if (created) writes.wrote(key, created);
      });
      const { status } = steps;
      if (!sameValue(status, job.status)) await client.updateStatus(jobs, { ...job, status }, { signal });
      announce(job, steps);
      // Only now: what the status notes is counted, even if the pod is gone when it is looked at next.
      await Promise.all(steps.release.map((pod) => release(pod, signal)));
      return steps.nextInMs === undefined ? undefined : { requeueAfterMs: steps.nextInMs };
    },
  };

  function announce(job: Job, { news }: Plan): void {
    for (const { type, reason = "", message = "" } of news) {
      const about = referenceTo(jobs, job);
      if (type === "Complete") events.event(about, "Normal", "Completed", "Job completed");
      else if (type === "Failed") events.event(about, "Warning", reason, message);
      else events.event(about, "Normal", reason === "JobResumed" ? "Resumed" : "Suspended", message);
    }
  }

  /** Pods of a Job of this name that is gone are counted by nobody. */
  async function releaseLeftovers(key: string, job: Job | undefined, signal: AbortSignal): Promise<void> {
    const [namespace = "", name] = key.split("/");
    const left = podInformer.cache.byIndex("namespace", namespace).filter((pod) => {
      const controller = controllerOf(pod);
      return (
        controller?.kind === "Job" &&
        controller.name === name &&
        controller.uid !== job?.metadata.uid &&
        hasTracking(pod)
      );
    });
    await Promise.all(left.map((pod) => release(pod, signal)));
  }

  async function release(pod: Pod, signal: AbortSignal): Promise<void> {
    const metadata = { uid: pod.metadata.uid, "$deleteFromPrimitiveList/finalizers": [TRACKING] };
    await client.patch(pods, pod.metadata, { metadata }, { type: "strategic", signal }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}
