/** Starts a CronJob's Jobs when they are due and keeps as many finished ones as it says. Owns Job; writes the status. */
import { isAlreadyExists, isNotFound } from "@skiff/api";
import type { CronJob, Job } from "@skiff/api/batch/v1";
import { cronJobs, jobs } from "@skiff/api/resources";
import { owner, type Reconciler, referenceTo, self, timestamp } from "@skiff/client";
import { sameValue } from "../canonical-json.ts";
import type { ControllerDeps } from "../controller.ts";
import { controllerReference } from "../owner-reference.ts";
import { isNamespaceTerminating } from "../pod-maker.ts";
import { plan } from "./plan.ts";
import { parseSchedule, type Schedule } from "./schedule.ts";

export function cronJobController({ client, informers, clock, recorder }: ControllerDeps): Reconciler {
  const informer = informers.for(cronJobs);
  const jobInformer = informers.for(jobs);
  const events = recorder("cronjob-controller");

  return {
    name: "cronjob",
    watches: [self(informer), owner(jobInformer, "CronJob")],
    async reconcile(key, signal) {
      const cronJob = informer.cache.get(key);
      if (!cronJob || cronJob.metadata.deletionTimestamp) return;
      const say = (type: "Normal" | "Warning", reason: string, message: string) =>
        events.event(referenceTo(cronJobs, cronJob), type, reason, message);
      let schedule: Schedule;
      try {
        schedule = parseSchedule(cronJob.spec.schedule, cronJob.spec.timeZone);
      } catch (error) {
        // Only its owner can mend it, and then it gets another look.
        say(
          "Warning",
          "UnparseableSchedule",
          `unparseable schedule: "${cronJob.spec.schedule}" : ${(error as Error).message}`,
        );
        return;
      }
      const steps = plan(
        cronJob,
        schedule,
        jobInformer.cache.byIndex("owner", cronJob.metadata.uid ?? ""),
        clock.now(),
      );
      if (steps.tooManyMissed)
        say(
          "Warning",
          "TooManyMissedTimes",
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
        );
      if (steps.forbidden)
        say(
          "Normal",
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid",
        );
      for (const job of steps.delete) {
        await client.delete(jobs, job.metadata, { propagationPolicy: "Background", signal }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
        say("Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
      }
      if (steps.start !== undefined) await start(cronJob, steps.start, say, signal);
      if (!sameValue(steps.status, cronJob.status ?? {})) {
        await client.updateStatus(cronJobs, { ...cronJob, status: steps.status }, { signal });
      }
      return steps.nextInMs === undefined ? undefined : { requeueAfterMs: steps.nextInMs };
    },
  };

  type Say = (type: "Normal" | "Warning", reason: string, message: string) => void;

  async function start(cronJob: CronJob, at: number, say: Say, signal: AbortSignal): Promise<void> {
    try {
      const created = await client.create(jobs, jobOf(cronJob, at), { signal });
      say("Normal", "SuccessfulCreate", `Created job ${created.metadata.name}`);
    } catch (error) {
      // The name holds the time: the Job was made by an earlier try.
      if (isAlreadyExists(error) || isNamespaceTerminating(error)) return;
      say("Warning", "FailedCreate", `Error creating job: ${(error as Error).message}`);
      throw error;
    }
  }
}

/** The Job for one time, named after it. */
export function jobOf(cronJob: CronJob, at: number): Job {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  const annotations = { ...metadata?.annotations, "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(at) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(at / 60_000)}`,
      namespace: cronJob.metadata.namespace,
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      annotations,
      ownerReferences: [controllerReference(cronJobs, cronJob)],
    },
    spec: spec ?? { template: {} },
  };
}
