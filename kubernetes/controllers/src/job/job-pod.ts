import type { Job } from "@skiff/api/batch/v1";
import type { Container, EnvVar, Pod } from "@skiff/api/core/v1";
import { jobs } from "@skiff/api/resources";
import { podFrom } from "../pod-maker.ts";
import { INDEX, TRACKING } from "./tally.ts";

const ENV_NAME = "JOB_COMPLETION_INDEX";

/** The pod of `job` for a completion index, or for none. It stays until the Job has counted it. */
export function jobPod(job: Job, index: number | undefined): Pod {
  const { template } = job.spec;
  const finalizers = [...(template.metadata?.finalizers ?? []), TRACKING];
  if (index === undefined) return podFrom(jobs, job, template, { finalizers });
  const mark = { [INDEX]: String(index) };
  const pod = podFrom(jobs, job, template, {
    generateName: `${job.metadata.name}-${index}-`,
    finalizers,
    labels: { ...template.metadata?.labels, ...mark },
    annotations: { ...template.metadata?.annotations, ...mark },
  });
  const { initContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: pod.spec.containers.map(withIndex),
      ...(initContainers ? { initContainers: initContainers.map(withIndex) } : {}),
    },
  };
}

function withIndex(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === ENV_NAME)) return container;
  const variable: EnvVar = {
    name: ENV_NAME,
    valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${INDEX}']` } },
  };
  return { ...container, env: [...env, variable] };
}
