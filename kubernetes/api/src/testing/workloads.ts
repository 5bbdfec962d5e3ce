/** What makes Pods: Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs, all for Pods labelled `app: web`. */
import type {
  DaemonSet,
  DaemonSetSpec,
  Deployment,
  DeploymentSpec,
  ReplicaSet,
  ReplicaSetSpec,
  StatefulSet,
  StatefulSetSpec,
} from "../generated/types/apps/v1.ts";
import type { Job, JobSpec } from "../generated/types/batch/v1.ts";
import type { PodSpec, PodTemplateSpec } from "../generated/types/core/v1.ts";
import { type MetadataChanges, namespacedMetadata } from "./metadata.ts";
import { aPodSpec } from "./pods.ts";

const selector = { matchLabels: { app: "web" } };

/** A template for Pods labelled `app: web`, its spec changed by `spec`. */
export function aPodTemplate(spec: Partial<PodSpec> = {}): PodTemplateSpec {
  return { metadata: { labels: { app: "web" } }, spec: aPodSpec(spec) };
}

/** A Deployment named `web` of one Pod, changed by `metadata` and `spec`. */
export function aDeployment(metadata: MetadataChanges = {}, spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: namespacedMetadata("web", { generation: 1, ...metadata }),
    spec: {
      replicas: 1,
      selector,
      template: aPodTemplate(),
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
    status: {},
  };
}

/** A ReplicaSet named `web` of one Pod, changed by `metadata` and `spec`. */
export function aReplicaSet(metadata: MetadataChanges = {}, spec: Partial<ReplicaSetSpec> = {}): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: namespacedMetadata("web", { generation: 1, ...metadata }),
    spec: { replicas: 1, selector, template: aPodTemplate(), ...spec },
    status: { replicas: 0 },
  };
}

/** A StatefulSet named `web` of one Pod, changed by `metadata` and `spec`. */
export function aStatefulSet(metadata: MetadataChanges = {}, spec: Partial<StatefulSetSpec> = {}): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: namespacedMetadata("web", { generation: 1, ...metadata }),
    spec: {
      replicas: 1,
      selector,
      serviceName: "web",
      template: aPodTemplate(),
      podManagementPolicy: "OrderedReady",
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
      revisionHistoryLimit: 10,
      ...spec,
    },
    status: { replicas: 0 },
  };
}

/** A DaemonSet named `web`, changed by `metadata` and `spec`. */
export function aDaemonSet(metadata: MetadataChanges = {}, spec: Partial<DaemonSetSpec> = {}): DaemonSet {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: namespacedMetadata("web", { generation: 1, ...metadata }),
    spec: {
      selector,
      template: aPodTemplate(),
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
      ...spec,
    },
    status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 },
  };
}

/** A Job named `work` of one Pod that is not restarted, with its generated selector, changed by `metadata` and `spec`. */
export function aJob(metadata: MetadataChanges = {}, spec: Partial<JobSpec> = {}): Job {
  const meta = namespacedMetadata("work", { generation: 1, ...metadata });
  const uid = meta.uid ?? "";
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": meta.name,
    "controller-uid": uid,
    "job-name": meta.name,
  };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { labels, ...meta },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: "NonIndexed",
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: "TerminatingOrFailed",
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      template: { metadata: { labels }, spec: aPodSpec({ restartPolicy: "Never" }) },
      ...spec,
    },
    status: {},
  };
}
