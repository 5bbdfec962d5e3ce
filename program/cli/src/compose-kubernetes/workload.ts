/** A service as what runs its Pods. */
import type { DaemonSet, Deployment, DeploymentSpec, StatefulSet } from "@skiff/api/apps/v1";
import type { Job } from "@skiff/api/batch/v1";
import type { Service } from "@skiff/compose";
import { retriesOf } from "./completion.ts";
import { type ConversionContext, metadataOf, selectorOf } from "./context.ts";
import { podTemplate } from "./pod.ts";
import { replicasOf } from "./replicas.ts";
import { isAwaited } from "./waiting.ts";

/**
 * A Job for what says that it ends (`deploy.mode: replicated-job`), a DaemonSet for `deploy.mode: global`, a StatefulSet where a named
 * volume is mounted (so that two Pods never write to it while one replaces the other), else a Deployment.
 */
export function workloadOf(service: Service, context: ConversionContext): Deployment | StatefulSet | DaemonSet | Job {
  const name = context.nameOf(service.name);
  const metadata = metadataOf(context, name, service);
  if (service.deploy?.mode?.endsWith("-job") && !isAwaited(service, context)) return jobOf(service, context);
  const apiVersion = "apps/v1";
  const selector = { matchLabels: selectorOf(context, service.name) };
  const template = podTemplate(service, context);
  if (service.deploy?.mode === "global")
    return { apiVersion, kind: "DaemonSet", metadata, spec: { selector, template } };
  const replicas = replicasOf(service);
  const writes = (service.volumes ?? []).some(
    ({ type, source, read_only: readOnly }) => type === "volume" && source && !readOnly,
  );
  if (writes) {
    const podManagementPolicy = "Parallel";
    return {
      apiVersion,
      kind: "StatefulSet",
      metadata,
      spec: { serviceName: name, replicas, podManagementPolicy, selector, template },
    };
  }
  // What runs to its end does not run twice at a time.
  const strategy = isAwaited(service, context) ? ({ type: "Recreate" } as const) : strategyOf(service);
  return { apiVersion, kind: "Deployment", metadata, spec: { replicas, strategy, selector, template } };
}

function strategyOf({ deploy }: Service): DeploymentSpec["strategy"] {
  const { order, parallelism } = deploy?.update_config ?? {};
  if (order === undefined && parallelism === undefined) return undefined;
  if (order !== "start-first" && parallelism === 0) return { type: "Recreate" };
  const atOnce = parallelism || "100%";
  const rollingUpdate =
    order === "start-first" ? { maxSurge: atOnce, maxUnavailable: 0 } : { maxSurge: 0, maxUnavailable: atOnce };
  return { type: "RollingUpdate", rollingUpdate };
}

function jobOf(service: Service, context: ConversionContext): Job {
  const retries = retriesOf(service);
  const replicas = replicasOf(service);
  const template = podTemplate(service, context, retries === 0 ? "Never" : "OnFailure");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadataOf(context, context.nameOf(service.name), service),
    spec: {
      backoffLimit: retries,
      ...(replicas > 1 ? { parallelism: replicas, completions: replicas } : {}),
      template,
    },
  };
}
